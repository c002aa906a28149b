"""A report folder on its way from what it was to what it will be."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import count
from pathlib import Path

from gsyf_lib.processes.files import hash_of, make_folder, may_write, write_new
from gsyf_lib.reports import store
from gsyf_lib.reports.manifest import (
    MANIFEST,
    Manifest,
    PageRecord,
    differences,
    read_manifest,
    read_record,
)
from gsyf_lib.reports.work import Job, Outcome


class Renewal:
    """What a folder holds, and what a run puts in its place; nothing changes before ``commit``.

    Parameters
    ----------
    folder : the report folder
    staging : a private folder for what is made
    belongs : tells whether an earlier manifest is about the same reports; the pages of others (of
        the synthetic example, when the first real file is there) are not kept
    key : hash over all that the run makes its pages from

    Attributes
    ----------
    pages : what became of each page
    outputs : SHA-256 of every file that the folder will hold
    """

    def __init__(
        self, folder: Path, staging: Path, belongs: Callable[[Manifest], bool], key: str
    ) -> None:
        """Look at what is there: only files that still are what was written count."""
        self.folder, self.staging, self.key = folder, staging, key
        self.pages: dict[str, PageRecord] = {}
        self.outputs: dict[str, str] = {}
        self.staged: dict[str, Path] = {}
        manifest = read_manifest(folder)
        record = read_record(folder)
        self.before = record.outputs if record else {}
        self.records: dict[str, PageRecord] = {}
        self.intact: dict[str, str] = {}
        if manifest and belongs(manifest):
            changed = {name for name, _ in differences(folder, manifest)}
            self.records = manifest.pages
            self.intact = {n: hash_ for n, hash_ in self.before.items() if n not in changed}

    def is_current(self, job: Job) -> bool:
        """Tell whether the folder's page was made from the same inputs by the same code."""
        return self._has_page(job.name) and self.records[job.name].key == self.key

    def keep(self, job: Job) -> None:
        """Leave a page as it is."""
        if self.is_current(job):
            self._keep(job, "current")
        elif self.records.get(job.name, PageRecord()).state == "failed":
            self._keep(job, "failed", self.records[job.name].problem)
        else:
            self._keep(job, "stale" if self._has_page(job.name) else "missing")

    def take(self, outcome: Outcome) -> None:
        """Stage what a job made: its page and notebook; or the notebook that failed."""
        name = outcome.job.name
        if outcome.problem:
            self._keep(outcome.job, "failed", outcome.problem)
            if outcome.notebook:
                self.put(f"failed/{name}.ipynb", outcome.notebook)
        else:
            self.pages[name] = PageRecord(self.key, outcome.job.as_of, title=outcome.job.title)
            self.put(f"notebooks/{name}.ipynb", outcome.notebook)
            self.put(f"{name}.html", outcome.page)

    def put(self, name: str, content: bytes) -> None:
        """Stage a file."""
        self.staged[name] = self.staging / name
        self.staged[name].parent.mkdir(parents=True, exist_ok=True)
        self.staged[name].write_bytes(content)
        self.outputs[name] = sha256(content).hexdigest()

    def set_aside(self) -> Iterator[tuple[Path, Path]]:
        """Copy the files that are not as we wrote them, and yield each with its copy.

        Somebody has edited them, or put them there. They are made anew, because a batch cannot wait
        for an answer; the copies stand beside the folder, where no run touches them. (Where folders
        cannot be exchanged, a run that was killed may have left some, too: nobody can tell them
        apart.)

        Raises
        ------
        OutputError
            A copy could not be written.
        """
        for name in self.staged:
            path = self.folder / name
            edited = None if may_write(path, self.before.get(name)) else hash_of(path)
            if edited not in (None, self.outputs[name]):
                copy = next(p for p in self._asides(name) if may_write(p, edited))
                make_folder(copy.parent)
                if not copy.exists():
                    write_new(copy, path.read_bytes())
                yield path, copy

    def _asides(self, name: str) -> Iterator[Path]:
        """Yield where an edited file may be kept: under its own name, or with a number."""
        place = self.folder.with_name(f"{self.folder.name}（改动过的文件）") / name
        yield place
        yield from (place.with_stem(f"{place.stem}（{number}）") for number in count(2))

    def commit(self, manifest: bytes) -> None:
        """Put in place what differs from what is there, the manifest last.

        Raises
        ------
        OutputError
            A file could not be written.
        """
        new = {n: path for n, path in self.staged.items() if self.outputs[n] != self.intact.get(n)}
        dropped = [
            name
            for name, hash_ in self.before.items()
            if name not in self.outputs and may_write(self.folder / name, hash_)
        ]
        if new or dropped or not self._holds(manifest):
            store.commit(self.folder, {**new, MANIFEST: manifest}, dropped, last=MANIFEST)

    def _holds(self, manifest: bytes) -> bool:
        path = self.folder / MANIFEST
        return path.is_file() and path.read_bytes() == manifest

    def _has_page(self, name: str) -> bool:
        return all(file in self.intact for file in _files(name))

    def _keep(self, job: Job, state: str, problem: str = "") -> None:
        """Record a page that is not made anew, with the files of it that are there."""
        name, old, kept = job.name, PageRecord(), []
        if self._has_page(name):
            old, kept = self.records[name], [*_files(name)]
        if state == "failed":
            kept.append(f"failed/{name}.ipynb")
        self.pages[name] = PageRecord(old.key, old.as_of, state, problem, job.title)
        self.outputs |= {file: self.intact[file] for file in kept if file in self.intact}


def _files(name: str) -> tuple[str, str]:
    return f"{name}.html", f"notebooks/{name}.ipynb"
