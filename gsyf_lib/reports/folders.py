"""The folders of all years and evaluations, beside each other; one page that leads to them out.

It stands above the folders and belongs to none of them: ``gsyf report`` and ``gsyf briefing``
write it anew at their end, from the manifests alone.
"""

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from gsyf_lib.processes.files import may_write, write_atomically
from gsyf_lib.processes.lock import beside
from gsyf_lib.reports.manifest import Manifest, PageRecord, other_years, read_outputs
from gsyf_lib.vocabulary import SYNTHETIC

NAME = "index.html"
BRIEFING = "briefing-"
KINDS = {".docx": "文字稿", ".pptx": "幻灯片", ".html": "网页"}


def write_folders_page(place: Path, say: Callable[[str], None]) -> None:
    """Write the page over all report folders in ``place``; one that somebody edited stays."""
    path = place / NAME
    written = beside(path, "sha256")  # of what we wrote there last
    known = written.read_text("ascii") if written.is_file() else None
    if not may_write(path, known):
        say(f"“{path}”不是本程序生成的原样，保留不动，未更新。需要新的总目录的，请先移走该文件")
        return
    page = folders_page(place)
    write_atomically(path, page)
    write_atomically(written, sha256(page).hexdigest().encode())


def folders_page(place: Path) -> bytes:
    """Return the page: each report with its years, then the evaluation briefings."""
    # Imported here: a run that finds nothing changed needs no page.
    from gsyf_lib.documents.blocks import notice
    from gsyf_lib.reports.pages import render_template

    years = other_years(place / NAME)
    latest = years[-1] if years else None
    synthetic = any(year.synthetic for year in years)
    return render_template(
        "folders.html.j2",
        title="工伤预防年度报告总目录",
        plan=latest.plan if latest else "",
        running=SYNTHETIC if synthetic else "",
        navigation=(),
        sections=(),
        elsewhere={},
        notices=[notice(f"{SYNTHETIC}：全部数字为随机生成，仅供演示。", "synthetic")] * synthetic,
        footer={},
        years=years,
        rows=_rows(years),
        briefings=list(_briefings(place)),
    )


def _rows(years: list[Manifest]) -> dict[str, list[tuple[int, str, PageRecord]]]:
    """Return the pages of each report, year by year, by what is the same in their titles."""
    rows: dict[str, list[tuple[int, str, PageRecord]]] = {}
    for manifest in years:
        for name, page in manifest.pages.items():
            report = page.title.replace(f"{manifest.year}年", "", 1)
            rows.setdefault(report, []).append(
                (manifest.year, f"{manifest.year}/{name}.html", page)
            )
    return rows


def _briefings(place: Path) -> Iterator[dict[str, Any]]:
    """Yield the year of each evaluation, with its files."""
    for folder in sorted(place.glob(f"{BRIEFING}[0-9]*")):
        files = [
            (KINDS[path.suffix], f"{folder.name}/{path}")
            for path in map(Path, read_outputs(folder) or ())
            if path.suffix in KINDS
        ]
        yield {"year": folder.name.removeprefix(BRIEFING), "files": files}
