"""``gsyf report``: a request in, a report folder and the exit code out.

Mostly nothing has changed since the last run. That is found out before pandas is imported, from
hashes alone, so that such a run takes less than a second.
"""

import csv
from collections.abc import Callable, Iterable
from typing import TextIO

from gsyf_lib.processes.lock import locked
from gsyf_lib.reports.inputs import hash_inputs
from gsyf_lib.reports.manifest import (
    Manifest,
    PageRecord,
    check_ours,
    differences,
    read_manifest,
)
from gsyf_lib.reports.messages import say_end
from gsyf_lib.reports.provenance import Makers, makers
from gsyf_lib.reports.request import Request


def report(request: Request, say: Callable[[str], None], terminal: TextIO | None = None) -> int:
    """Build the reports unless they are up to date; return the exit code.

    Takes and raises what ``batch.build_reports`` does.
    """
    if manifest := unchanged(request):
        return say_end(request, manifest, say)
    # Imported only now: it brings pandas, papermill and all the rest.
    from gsyf_lib.reports.batch import build_reports

    return build_reports(request, say, terminal)


def unchanged(request: Request) -> Manifest | None:
    """Return the manifest of the report folder if nothing has to be done, else None.

    Nothing has to be done if every requested page was made from the same inputs by the same code,
    notebooks and packages, and every file of the folder is still as it was written.
    """
    if request.force:
        return None
    inputs, made_by = hash_inputs(request.data, request.as_of), makers()
    year = request.year or _latest_year(request, inputs)
    if year is None or not (folder := request.folder(year)).is_dir():
        return None
    check_ours(folder)
    with locked(folder):
        manifest = read_manifest(folder)
        if manifest is None or not _is_up_to_date(manifest, request, inputs, made_by, year):
            return None
        is_whole = not any(differences(folder, manifest.outputs))
    return manifest if is_whole else None


def _latest_year(request: Request, inputs: dict[str, str]) -> int | None:
    """Return the latest year with figures; None if it is not known without reading them.

    It is known if some report folder was made from the same inputs: its manifest tells.
    """
    for folder in [request.out] if request.out else request.folder(0).parent.glob("*"):
        manifest = read_manifest(folder)
        if manifest and manifest.inputs == inputs and manifest.asked_as_of == request.as_of:
            return manifest.latest_year
    return None


def _is_up_to_date(
    manifest: Manifest, request: Request, inputs: dict[str, str], made_by: Makers, year: int
) -> bool:
    return (
        manifest.year == year
        and manifest.asked_as_of == request.as_of
        and manifest.inputs == inputs
        and manifest.other_years == [other.year for other in request.others(year)]
        and Makers(manifest.code, manifest.notebooks, manifest.versions) == made_by
        and all(page.state == "current" for page in _requested(request, manifest))
    )


def _requested(request: Request, manifest: Manifest) -> Iterable[PageRecord]:
    """Return the records of the requested pages; a missing one for an area that is not clear here.

    A missing page makes the run go on to ``batch``, which knows how to tell of a wrong area.
    """
    if request.areas is None:
        return manifest.pages.values()
    with (request.data / "codes" / "areas.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["level"] != "county"]
    return [_page(manifest, rows, area) for area in request.areas]


def _page(manifest: Manifest, rows: list[dict[str, str]], area: str) -> PageRecord:
    named = [r["code"] for r in rows if area in (r["code"], r["name"], *r["aliases"].split("|"))]
    missing = PageRecord(state="missing")
    return manifest.pages.get(named[0], missing) if len(named) == 1 else missing
