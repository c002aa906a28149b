"""The evaluation briefing of a year: one notebook run, and Word, slides and a page made of it."""

from contextlib import ExitStack
from pathlib import Path

from gsyf_lib.errors import OutputError
from gsyf_lib.files import write_atomically
from gsyf_lib.publish.kernels import start_kernels
from gsyf_lib.publish.lock import private_folder

__all__ = ["build_briefing"]


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
    """Return the files by their names."""
    with ExitStack() as stack:
        private = stack.enter_context(private_folder())
        kernels = start_kernels(private)
        stack.callback(kernels.close)
        # Imported only now: meanwhile the kernels' process imports, too.
        from gsyf_lib.publish.evaluation import evaluated

        done = evaluated(data, private, kernels, area=area, year=year, as_of=as_of)
    from gsyf_lib.publish.documents import briefing_files

    return briefing_files(done.notebook, done.area_code, done.plan_title)
