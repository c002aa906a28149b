"""The evaluation briefing of a year: one notebook run, and Word, slides and a page made of it."""

from collections.abc import Callable, Mapping
from contextlib import closing
from hashlib import sha256
from itertools import chain, count
from pathlib import Path

from gsyf_lib.processes.files import may_write
from gsyf_lib.processes.lock import held, private_folder
from gsyf_lib.reports import store
from gsyf_lib.reports.manifest import MANIFEST, check_ours, read_record, sealed
from gsyf_lib.reports.workplace import prepare


def build_briefing(
    data: Path,
    *,
    year: int,
    area: str | None = None,
    as_of: str | None = None,
    out: Path | None = None,
    tell: Callable[[str], None] = lambda _: None,
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
    tell : takes a message for each file that was edited

    Raises
    ------
    UsageError
        No evaluation in that year, an unknown area, not a day, or no figures up to it; the folder
        holds what we did not write.
    BusyError
        Another run holds the folder.
    PlanError
        The plan's folder holds a ``briefing.docx`` that is no template.
    BuildError
        The notebook did not run to its end, or not on these figures.
    OutputError
        A file could not be written.
    """
    folder = (out or data.resolve().parent / "reports" / f"briefing-{year}").absolute()
    check_ours(folder, "briefing")
    with held(folder):
        day, contents = _contents(data, area, year, as_of)
        store.prepare(folder)
        record = read_record(folder)
        # What the manifest lists is ours, unless it has been edited since.
        before = record.outputs if record else {}
        names = {name: _free(folder, name, day, before) for name in contents}
        files = {names[name]: content for name, content in contents.items()}
        outputs = before | {name: sha256(content).hexdigest() for name, content in files.items()}
        manifest = sealed({"briefing": year, "outputs": dict(sorted(outputs.items()))})
        store.commit(folder, {**files, MANIFEST: manifest}, last=MANIFEST)
    for name, written in names.items():
        if name != written:
            tell(f"“{folder / name}”已被修改，保留不动；新生成的另存为“{written}”")
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
    with (
        private_folder() as private,
        closing(prepare(private, "gsyf_lib.reports.briefing_files")) as prepared,
    ):
        # Imported only now that the other process is started: so the two import side by side.
        from gsyf_lib.reports.evaluation import evaluated

        return evaluated(data, private, prepared, area=area, year=year, as_of=as_of)
