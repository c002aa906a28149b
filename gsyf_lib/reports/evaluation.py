"""The plan folder in; the files of a briefing out: figures read once, the notebook run on them."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gsyf_lib.assessment import hand_over, handed_over, judge
from gsyf_lib.briefing.review import evaluation_kind, reviewed_year
from gsyf_lib.errors import UsageError
from gsyf_lib.processes.prepared import Prepared
from gsyf_lib.reports.digest import digest_of
from gsyf_lib.reports.inputs import OWN_FORM, copy_inputs
from gsyf_lib.reports.provenance import notebook_path
from gsyf_lib.submissions import parse_as_of


def evaluated(
    data: Path, private: Path, prepared: Prepared, *, area: str | None, year: int, as_of: str | None
) -> tuple[str, dict[str, bytes]]:
    """Return the day until which figures count, and the files of the briefing by their names.

    Parameters
    ----------
    data : the plan's folder
    private : a folder of the run, for a copy of the inputs
    prepared : the process in which the briefing is made
    area, year, as_of : as of ``build_briefing``

    Raises
    ------
    UsageError
        No evaluation in that year, an unknown area, not a day, or no figures up to it.
    BuildError
        The notebook did not run to its end, or not on these figures.
    """
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
    """Yield the files of a briefing by their names, once (see ``Prepared.run``).

    Parameters
    ----------
    private : the run's folder, with ``data`` and what was read of it
    parameters : of the notebook
    digest : the hash over the figures that the notebook's last cell has to show
    name : of the files, without ending
    plan : title of the plan
    """
    # Imported in the prepared process only: the parent reads the figures meanwhile.
    from gsyf_lib.reports.briefing_files import briefing_files
    from gsyf_lib.reports.notebooks import run_notebook
    from gsyf_lib.reports.verdict import check_run

    handed_over(str(private / "reading"))
    source = notebook_path("briefing")
    notebook = run_notebook(source, parameters, private=private, data=private / "data")
    check_run(notebook, digest)
    own = private / "data" / OWN_FORM
    form = own.read_bytes() if own.is_file() else None
    yield briefing_files(notebook, name, plan, form)
