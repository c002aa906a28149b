"""An old report folder and new files in; the renewed folder out, put in place in one step."""

from collections.abc import Iterator
from hashlib import sha256
from itertools import count
from pathlib import Path

from gsyf_lib.processes.files import hash_of, make_folder, may_write, write_new
from gsyf_lib.reports import store
from gsyf_lib.reports.manifest import (
    MANIFEST,
    PageRecord,
    differences,
    read_manifest,
    read_outputs,
)
from gsyf_lib.reports.workers import Job, Outcome


class Renewal:
    """The files a folder has, and those that a run will put there; ``commit`` changes the folder.

    ``about`` is plan, year, edition and whether the figures are the example's. Pages of other
    reports are not kept: those of the example go when the first real submission has come. ``key``
    is a hash over everything that the run makes its pages from.

    ``pages`` are the records of the pages, ``outputs`` the SHA-256 of every file that the folder
    will hold.
    """

    def __init__(
        self, folder: Path, staging: Path, about: tuple[str, int, str, bool], key: str
    ) -> None:
        """Find out which files of the folder are still exactly as they were written."""
        self.folder, self.staging, self.key = folder, staging, key
        self.pages: dict[str, PageRecord] = {}
        self.outputs: dict[str, str] = {}
        self.staged: dict[str, Path] = {}
        self.before = read_outputs(folder) or {}
        self.records: dict[str, PageRecord] = {}
        self.intact: dict[str, str] = {}
        old = read_manifest(folder)
        if old and (old.plan, old.year, old.edition, old.synthetic) == about:
            changed = {name for name, _ in differences(folder, old.outputs)}
            self.records = old.pages
            self.intact = {n: hash_ for n, hash_ in self.before.items() if n not in changed}

    def is_current(self, job: Job) -> bool:
        """Tell whether the folder's page was made from the same inputs by the same code."""
        return self._has_page(job.name) and self.records[job.name].key == self.key

    def keep(self, job: Job) -> None:
        """Leave a page as it is, and record in which state that is."""
        if self.is_current(job):
            self._keep(job, "current")
        elif self.records.get(job.name, PageRecord()).state == "failed":
            self._keep(job, "failed", self.records[job.name].problem)
        else:
            self._keep(job, "stale" if self._has_page(job.name) else "missing")

    def take(self, outcome: Outcome) -> None:
        """Stage the page and the notebook that a job made, or the notebook that failed."""
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

        Somebody has edited them, or put them there. The run replaces them all the same, because a
        batch cannot wait for an answer, but their copies stay beside the folder, where no run
        touches them. (On systems that cannot exchange folders, see ``store.commit``, some may come
        from a run that was killed: they look the same.)
        """
        for name in self.staged:
            path = self.folder / name
            # The hash of what somebody has put there; None if the file is ours or there is none.
            edited = None if may_write(path, self.before.get(name)) else hash_of(path)
            if edited not in (None, self.outputs[name]):
                copy = next(p for p in self._asides(name) if may_write(p, edited))
                make_folder(copy.parent)
                if not copy.exists():
                    write_new(copy, path.read_bytes())
                yield path, copy

    def _asides(self, name: str) -> Iterator[Path]:
        """Yield paths for the copy of an edited file: under its own name, then with numbers."""
        path = self.folder.with_name(f"{self.folder.name}（改动过的文件）") / name
        yield path
        yield from (path.with_stem(f"{path.stem}（{number}）") for number in count(2))

    def commit(self, manifest: bytes) -> None:
        """Put the files in place that differ from those in the folder, the manifest last."""
        new = {n: path for n, path in self.staged.items() if self.outputs[n] != self.intact.get(n)}
        dropped = [
            name
            for name, hash_ in self.before.items()
            if name not in self.outputs and may_write(self.folder / name, hash_)
        ]
        path = self.folder / MANIFEST
        is_same = path.is_file() and path.read_bytes() == manifest
        # An unchanged folder is not touched, so that nobody has to copy it again.
        if new or dropped or not is_same:
            store.commit(self.folder, {**new, MANIFEST: manifest}, dropped, last=MANIFEST)

    def _has_page(self, name: str) -> bool:
        return all(file in self.intact for file in _files(name))

    def _keep(self, job: Job, state: str, problem: str = "") -> None:
        """Record a page that is not made anew, and keep those of its files that are intact."""
        name, old, kept = job.name, PageRecord(), []
        if self._has_page(name):
            old, kept = self.records[name], [*_files(name)]
        if state == "failed":
            kept.append(f"failed/{name}.ipynb")
        self.pages[name] = PageRecord(old.key, old.as_of, state, problem, job.title)
        self.outputs |= {file: self.intact[file] for file in kept if file in self.intact}


def _files(name: str) -> tuple[str, str]:
    """Return the files of a page, by its name."""
    return f"{name}.html", f"notebooks/{name}.ipynb"
