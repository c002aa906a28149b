"""The briefing's notebook, run on what was read once and checked."""

import datetime as dt
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from pickle import dumps, loads
from typing import TYPE_CHECKING

from gsyf_lib.briefing.review import evaluation_kind, reviewed_year
from gsyf_lib.digest import Digests
from gsyf_lib.errors import UsageError
from gsyf_lib.judged import hand_over, judge
from gsyf_lib.meanwhile import meanwhile
from gsyf_lib.publish.inputs import copy_inputs
from gsyf_lib.publish.provenance import notebook_path
from gsyf_lib.submissions import parse_as_of
from gsyf_lib.warmkernels import WarmKernels

if TYPE_CHECKING:
    import nbformat

__all__ = ["Evaluation", "evaluated"]

# What is imported while the notebook runs.
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
    kernels: WarmKernels,
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
    kernels : started, not yet entered
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
    judged.work_out(last)
    hand_over(judged, private / "reading")
    # Imported only now: until the file is there, the kernels' process has to wait.
    from gsyf_lib.publish.notebooks import run_notebook
    from gsyf_lib.publish.verdict import check_run

    parameters = {"area": area, "year": year, "as_of": day}
    run = partial(
        run_notebook, notebook_path("briefing"), parameters, private=private, data=private / "data"
    )
    digests = Digests(plan, judged.submissions, judged.results(last))
    # In a process of its own, so that this one can import what makes documents of it.
    with kernels as kernel, meanwhile(lambda: dumps(run(kernel=kernel))) as ran:
        for module in DOCUMENTS:
            import_module(module)
        digest = digests.of_all()
        notebook = loads(ran())
    check_run(notebook, digest)
    return Evaluation(notebook, code, plan.title, day)
