"""The evaluation briefing of a year: one notebook run, and Word, slides and a page made of it.

The process that makes the documents imports what it needs while this one reads the figures. For
this to be side by side, nothing heavy is imported here before that process has been started.
"""

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from itertools import chain, count
from pathlib import Path
from typing import Any

from gsyf_lib.errors import UsageError
from gsyf_lib.processes.files import may_write
from gsyf_lib.processes.lock import locked, private_folder
from gsyf_lib.processes.prepared import Prepared
from gsyf_lib.reports import store
from gsyf_lib.reports.folders import write_folders_page
from gsyf_lib.reports.inputs import OWN_FORM, copy_inputs
from gsyf_lib.reports.manifest import MANIFEST, check_ours, read_outputs, sealed
from gsyf_lib.reports.provenance import notebook_path
from gsyf_lib.reports.surroundings import prepare


def build_briefing(
    data: Path,
    *,
    year: int,
    area: str | None = None,
    as_of: str | None = None,
    out: Path | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> list[Path]:
    """Write the briefing of the evaluation held in ``year``; return the files.

    A file of an earlier run that somebody has edited since stays as it is: the new one stands
    beside it, under a name that says so.

    Parameters
    ----------
    data : the plan's folder
    year : a year whose tasks hold an evaluation
    area : the province if not given
    as_of : YYYY-MM-DD, day until which figures count; the last day of ``year`` if not given
    out : the folder, ``reports/briefing-<year>`` if not given
    say : takes a message for each file that was edited

    Raises UsageError if there is no evaluation in that year or the folder is somebody's, BusyError
    if another run holds it, PlanError if the office's own ``briefing.docx`` is no template, and
    BuildError if the notebook did not run to its end.
    """
    folder = (out or data.resolve().parent / "reports" / f"briefing-{year}").absolute()
    check_ours(folder, "briefing")
    with locked(folder):
        day, contents = _contents(data, area, year, as_of)
        store.check_writable(folder)
        # What the manifest lists is ours, unless it has been edited since.
        before = read_outputs(folder) or {}
        names = {name: _free(folder, name, day, before) for name in contents}
        files = {names[name]: content for name, content in contents.items()}
        outputs = before | {name: sha256(content).hexdigest() for name, content in files.items()}
        manifest = sealed({"briefing": year, "outputs": dict(sorted(outputs.items()))})
        store.commit(folder, {**files, MANIFEST: manifest}, last=MANIFEST)
    if out is None:
        write_folders_page(folder.parent, say)
    for name, written in names.items():
        if name != written:
            say(f"“{folder / name}”已被修改，保留不动；新生成的另存为“{written}”")
    return [folder / written for written in names.values()]


def _free(folder: Path, name: str, day: str, before: Mapping[str, str]) -> str:
    """Return a name that may be written: the file's own, or another if somebody has edited it."""
    stem, ending = name.rsplit(".", 1)
    beside = (f"{stem}（{day}重新生成{n if n > 1 else ''}）.{ending}" for n in count(1))
    free = (own for own in chain([name], beside) if may_write(folder / own, before.get(own)))
    return next(free)


def _contents(
    data: Path, area: str | None, year: int, as_of: str | None
) -> tuple[str, dict[str, bytes]]:
    """Return the day until which figures count, and the files by their names."""
    modules = ["gsyf_lib.reports.briefing", "gsyf_lib.reports.briefing_files"]
    with private_folder() as private, contextlib.closing(prepare(private, *modules)) as prepared:
        return _evaluated(data, private, prepared, area, year, as_of)


def _evaluated(
    data: Path, private: Path, prepared: Prepared, area: str | None, year: int, as_of: str | None
) -> tuple[str, dict[str, bytes]]:
    """Read the figures, and have the documents made in the prepared process."""
    from gsyf_lib.assessment import hand_over, judge
    from gsyf_lib.briefing.review import evaluation_kind, reviewed_year
    from gsyf_lib.reports.closing import digest_of
    from gsyf_lib.submissions import parse_as_of

    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        raise UsageError(f"{year}不是年度。请按2023的格式填写")
    day = f"{parse_as_of(as_of) or dt.date(year, 12, 31)}"
    copy_inputs(data, day, private / "data")
    judged = judge(private / "data", day)
    plan = judged.plan
    kind = evaluation_kind(plan, year)
    code = plan.area_row(area or plan.area)["code"]
    last = reviewed_year(judged, kind)
    # Now, while the other process imports: the notebook asks for them first of all.
    for work_out in (judged.results, judged.outlook, judged.values, judged.contributions):
        work_out(last)
    hand_over(judged, private / "reading")
    digest = digest_of(plan, judged.submissions, judged.results(last))
    parameters = {"area": area, "year": year, "as_of": day}
    (files,) = prepared.run(make_briefing, private, parameters, digest, code, plan.title)
    return day, files


def make_briefing(
    private: Path, parameters: dict[str, Any], digest: str, name: str, plan: str
) -> Iterator[dict[str, bytes]]:
    """Yield the files of a briefing by their names, once; this runs in the prepared process.

    ``digest`` is what the notebook's last cell has to show, ``name`` that of the files.
    """
    from gsyf_lib.assessment import handed_over
    from gsyf_lib.reports.briefing_files import briefing_files
    from gsyf_lib.reports.closing import check_run
    from gsyf_lib.reports.notebooks import run_notebook

    handed_over(str(private / "reading"))
    notebook = run_notebook(notebook_path("briefing"), parameters, private, private / "data")
    check_run(notebook, digest)
    own = private / "data" / OWN_FORM
    form = own.read_bytes() if own.is_file() else None
    yield briefing_files(notebook, name, plan, form)
