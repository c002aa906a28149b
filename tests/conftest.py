"""Small plans and figures that every test may start from."""

import datetime as dt
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import settings

import gsyf_lib as gs
from gsyf_lib import frames

# What starts a browser, notebooks, LibreOffice, a cluster or processes to be killed, or makes whole
# runs: longest first, so that two test processes end at about the same time.
STARTING = (
    "test_survival",
    "test_browser",
    "test_reading_time",
    "test_navigation",
    "test_report",
    "test_cluster",
    "test_tutorial",
    "test_batch",
    "test_engine",
    "test_prepared",
    "test_freshness",
    "test_hostile",
    "test_isolation",
    "test_jupyterlab",
    "test_pool",
    "test_results_book",
    "test_template",
    "test_explorer",
    "test_example",
    "test_surroundings",
    "test_wheelhouse",
)
# What reads, judges or draws the example, or faulty files, over and over again.
REPEATING = (
    "test_briefing",
    "test_cli",
    "test_submissions",
    "test_figures",
    "test_changes",
    "test_tables",
    "test_marked",
    "test_rows",
    "test_sentences",
    "test_status",
    "test_fuzz",
    "test_xls",
    "test_check_years",
    "test_check_files",
    "test_text",
    "test_figures_series",
    "test_contributions",
    "test_outlook",
    "test_resent",
    "test_figures_comparison",
    "test_room",
    "test_judged",
    "test_forms",
    "test_falling",
    "test_properties",
    "test_submission_properties",
    "test_dues",
    "test_faults_more",
    "test_ledger",
    "test_funnels",
    "test_findings",
    "test_xlsx",
    "test_inputs",
    "test_guard",
    "test_receipts",
    "test_across",
)
SLOW_FILES = STARTING + REPEATING
# Its import does not end: it is for the test of a process that is killed meanwhile.
collect_ignore = ["stuck_while_imported.py"]
# Who asks for these waits for a whole run.
SLOW_FIXTURES = {"report_folder", "briefing_folder"}

# A property is about what comes out, not about how long a busy machine takes over it.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def pytest_xdist_auto_num_workers() -> int:
    """Return one process more than cores: tests that look at others mostly wait."""
    return (os.cpu_count() or 1) + 1


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Import no file whose tests are not asked for."""
    left_out = {"not slow": SLOW_FILES, "not starts": STARTING}
    unwanted = collection_path.stem in left_out.get(config.option.markexpr, ())
    return True if unwanted else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow, and put it behind everything that is quick."""
    for item in items:
        if item.path.stem in STARTING or asks_for_a_run(item) or needs_an_office(item):
            item.add_marker("starts")
            item.add_marker("slow")
        elif item.path.stem in REPEATING:
            item.add_marker("slow")
    items.sort(key=turn)


def asks_for_a_run(item: pytest.Item) -> bool:
    return bool(SLOW_FIXTURES & set(getattr(item, "fixturenames", ())))


def needs_an_office(item: pytest.Item) -> bool:
    reasons = (mark.kwargs.get("reason", "") for mark in item.iter_markers("skipif"))
    return any("LibreOffice" in reason for reason in reasons)


def turn(item: pytest.Item) -> int:
    """Return 0 for a quick file, and the places of the slow ones after it."""
    name = item.path.stem
    return SLOW_FILES.index(name) + 1 if name in SLOW_FILES else 0


@pytest.fixture(autouse=True)
def no_folder_lies_in_the_future(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the dated folders of tests be of any day, whatever the machine's clock says."""
    monkeypatch.setattr("gsyf_lib.submissions._today", lambda: dt.date(2099, 12, 31))


@pytest.fixture(scope="session")
def judged(plan: gs.Plan, example: gs.Submissions) -> gs.JudgedPlan:
    return gs.JudgedPlan(plan, example)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium; where it is missing what needs it is skipped, but CI has to have it."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("google-chrome")
    if not path and not os.environ.get("CI"):
        pytest.skip("Chromium is not installed")
    # Per module: while it runs, no other test of the process could start an event loop.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def observe(plan: gs.Plan) -> Callable[..., pd.DataFrame]:
    """Return a maker of observations from (area, industry, year, measure, value) tuples.

    A value may be a count, or one of the words absent and withheld.
    """

    def make(*figures: tuple, received: str = "2099-01-01") -> pd.DataFrame:
        rows = []
        for area, industry, year, measure, value in figures:
            row = plan.area_row(area)
            known = not isinstance(value, str)
            rows.append(
                {
                    "area_code": row["code"],
                    "area": row["name"],
                    "level": row["level"],
                    "industry": industry,
                    "year": year,
                    "measure": measure,
                    "value": value if known else None,
                    "state": "figure" if known else value,
                    "received_on": received,
                    "first_received_on": received,
                    "file": "a.csv",
                    "sheet": "",
                    "cell": "A1",
                }
            )
        frame = pd.DataFrame(rows, columns=frames.OBSERVATIONS.names)
        for name in ("received_on", "first_received_on"):
            frame[name] = pd.to_datetime(frame[name])
        return frames.conform(frame, frames.OBSERVATIONS)

    return make


@pytest.fixture(scope="session")
def report_folder(tmp_path_factory: pytest.TempPathFactory, plan: gs.Plan) -> Path:
    """The reports of 2023 from the example, to be read only: made once for all test processes."""
    from gsyf_lib.errors import BusyError
    from gsyf_lib.reports.request import Request
    from gsyf_lib.reports.run import report

    base = tmp_path_factory.getbasetemp()
    place = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = place / "reports" / "2023"
    while not (folder / "manifest.json").exists():
        try:
            assert report(Request(plan.folder, year=2023, out=folder), print) == 0
        except BusyError:  # another test process is making it
            time.sleep(0.2)
    return folder
