"""explore.ipynb in JupyterLab itself, in a real browser: run all, choose, see the figure follow."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

ROOT = Path(__file__).parents[2]
TOKEN, START_SECONDS, RUN_MS = "gsyf-test", 240, 240_000
# Otherwise a question about news covers the page.
QUIET = '{"fetchNews": "false", "checkForUpdates": false}'


def started(folder: Path) -> tuple[subprocess.Popen, str]:
    """Start JupyterLab on a copy of the notebook, all its own files in ``folder``."""
    (folder / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks" / "explore.ipynb", folder / "notebooks")
    (folder / "data").symlink_to(ROOT / "data")
    settings = folder / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(QUIET)
    places = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
    own = {f"JUPYTER_{place}": str(folder / place.lower()) for place in places}
    own |= {"JUPYTERLAB_SETTINGS_DIR": str(folder / "settings")}
    own |= {"JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces")}
    options = ["--no-browser", "--allow-root", f"--ServerApp.token={TOKEN}", "--ServerApp.port=0"]
    options += ["--ServerApp.ip=127.0.0.1", f"--ServerApp.root_dir={folder / 'notebooks'}"]
    command = [sys.executable, "-m", "jupyterlab", *options]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, env=os.environ | own, cwd=folder, stdout=log, stderr=log)
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        for path in (folder / "runtime_dir").glob("jpserver-*.json"):
            return server, json.loads(path.read_text())["url"]
        time.sleep(0.1)
    server.kill()
    raise AssertionError((folder / "log").read_text())


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    server, url = started(tmp_path_factory.mktemp("lab"))
    try:
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.goto(f"{url}lab/tree/explore.ipynb?token={TOKEN}")
        yield page
    finally:
        server.terminate()
        server.wait(timeout=20)


def test_run_all_then_another_city_shows_another_figure(page):
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible(timeout=RUN_MS)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    figure = page.locator(".widget-html-content svg")
    expect(figure).to_have_count(1, timeout=RUN_MS)
    assert "山西省" in figure.get_attribute("aria-label")
    assert page.locator(".notice.synthetic").inner_text().startswith("示例数据（非真实）")
    page.get_by_label("地区").select_option(["大同市"])
    page.get_by_label("显示全省").uncheck()
    caption = page.locator(".widget-html-content caption")
    expect(caption).to_have_text("大同市危险化学品事故起数", timeout=RUN_MS)
    assert "大同市" in figure.get_attribute("aria-label")
    page.get_by_label("指标").select_option("尘肺病报告比例")
    expect(page.locator(".widget-html-content caption")).to_have_text(
        "大同市涉尘行业尘肺病报告比例"
    )
    assert page.get_by_label("行业").locator("option").all_inner_texts() == ["涉尘行业"]
