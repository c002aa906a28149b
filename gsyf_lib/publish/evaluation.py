"""The briefing's notebook, run on what was read once and checked."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gsyf_lib import shared
from gsyf_lib.briefing.review import evaluation_kind, reviewed_year
from gsyf_lib.digest import digest_of
from gsyf_lib.errors import UsageError
from gsyf_lib.publish.inputs import copy_inputs
from gsyf_lib.publish.prepared import Prepared
from gsyf_lib.publish.provenance import notebook_path
from gsyf_lib.submissions import parse_as_of

if TYPE_CHECKING:
    import nbformat

__all__ = ["Evaluation", "evaluated"]

DOCUMENTS = ("gsyf_lib.publish.documents", "fontTools.ttLib", "uharfbuzz")


@dataclass(frozen=True)
class Evaluation:
    """The notebook as run, the code of its area, the title of the plan, and the day it goes to."""

    notebook: "nbformat.NotebookNode"
    area_code: str
    plan_title: str
    day: str


def evaluated(
    data: Path,
    private: Path,
    prepared: Prepared,
    *,
    area: str | None,
    year: int,
    as_of: str | None,
) -> Evaluation:
    """Run the notebook on a private copy of the inputs.

    Parameters
    ----------
    data : the plan's folder
    private : a folder of the run
    prepared : the process in which the notebook is run
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
    reading = shared.read(private / "data", day)
    plan = reading.plan
    kind = evaluation_kind(plan, year)
    code = plan.area_row(area or plan.area)["code"]
    last = reviewed_year(plan, reading.submissions, kind)
    shared.keep(reading.with_outlook(last), private / "reading")
    parameters = {"area": area, "year": year, "as_of": day}
    ran = prepared.run(run_briefing, private, parameters)
    for module in DOCUMENTS:  # while the notebook runs
        import_module(module)
    digest = digest_of(plan, reading.submissions, reading.of_year(last))
    (notebook,) = ran
    # Imported only now: until its notebook runs, the briefing's other process has to wait.
    from gsyf_lib.publish.verdict import check_run

    check_run(notebook, digest)
    return Evaluation(notebook, code, plan.title, day)


def run_briefing(private: Path, parameters: dict[str, Any]) -> Iterator["nbformat.NotebookNode"]:
    """Run the briefing's notebook on what was read (see ``Prepared.run``); yield it.

    Parameters
    ----------
    private : the run's folder, with ``data`` and what was read of it
    parameters : of the notebook
    """
    from gsyf_lib.publish.notebooks import run_notebook

    shared.take(str(private / "reading"))
    source = notebook_path("briefing")
    yield run_notebook(source, parameters, private=private, data=private / "data")
