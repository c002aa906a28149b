"""The evaluation briefing of a year: one notebook run, and Word, slides and a page made of it."""

import datetime as dt
from contextlib import ExitStack
from pathlib import Path

import nbformat

from gsyf_lib import shared
from gsyf_lib.briefing.review import evaluation_kind, reviewed_year
from gsyf_lib.digest import Digests
from gsyf_lib.errors import OutputError
from gsyf_lib.files import write_atomically
from gsyf_lib.publish.inputs import copy_inputs
from gsyf_lib.publish.kernels import start_kernels
from gsyf_lib.publish.lock import private_folder
from gsyf_lib.publish.provenance import notebook_path
from gsyf_lib.submissions import parse_as_of

__all__ = ["build_briefing"]

NOTEBOOK = "briefing"


def build_briefing(
    data: Path,
    *,
    year: int,
    area: str | None = None,
    as_of: str | None = None,
    out: Path | None = None,
) -> list[Path]:
    """Write the briefing of the evaluation held in ``year``; return the files.

    Parameters
    ----------
    data : the plan's folder
    year : a year whose tasks hold an evaluation
    area : the province if not given
    as_of : YYYY-MM-DD, day until which figures count; the last day of ``year`` if not given
    out : the folder, ``reports/briefing-<year>`` if not given

    Raises
    ------
    UsageError
        No evaluation in that year, an unknown area, not a day, or no figures up to it.
    BuildError
        The notebook did not run to its end, or not on these figures.
    OutputError
        A file could not be written.
    """
    contents = _contents(data, area, year, as_of)
    folder = out or data.parent / "reports" / f"briefing-{year}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"无法建立输出文件夹“{folder}”：{error.strerror}。请用 --out 另选"
        raise OutputError(message) from error
    paths = [folder / name for name in contents]
    for path, content in zip(paths, contents.values(), strict=True):
        write_atomically(path, content)
    return paths


def _contents(data: Path, area: str | None, year: int, as_of: str | None) -> dict[str, bytes]:
    """Run the notebook on a private copy of the inputs; return the files by their names."""
    with ExitStack() as stack:
        private = stack.enter_context(private_folder())
        kernels = start_kernels(private)
        stack.callback(kernels.close)
        # Imported only now: meanwhile the kernels' process imports, too.
        from gsyf_lib.publish import documents, notebooks, verdict

        day = f"{parse_as_of(as_of) or dt.date(year, 12, 31)}"
        copy_inputs(data, day, private / "data")
        reading = shared.read(private / "data", day)
        plan = reading.plan
        evaluation_kind(plan, year)
        code = plan.area_row(area or plan.area)["code"]
        results = reading.of_year(reviewed_year(plan, reading.submissions))
        shared.keep(reading, private / "reading")
        executed = notebooks.run_notebook(
            notebook_path(NOTEBOOK),
            {"area": area, "year": year, "as_of": day},
            kernel=stack.enter_context(kernels),
            private=private,
            data=private / "data",
        )
    verdict.check_run(executed, Digests(plan, reading.submissions, results).of_all())
    return {
        f"{code}.docx": documents.briefing_word(executed),
        f"{code}.pptx": documents.briefing_slides(executed),
        f"{code}.html": documents.briefing_page(executed, plan.title),
        f"{code}.ipynb": f"{nbformat.writes(executed)}\n".encode(),
    }
