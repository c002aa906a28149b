"""``manifest.json``: what a report folder was made from, by what, and what every file hashes to.

No pandas here: ``gsyf verify`` and an unchanged run need nothing else.
"""

import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from gsyf_lib.errors import UsageError
from gsyf_lib.processes.files import hash_of, may_write

MANIFEST = "manifest.json"
LARGEST = 20 * 2**20
# A name inside the folder, at most one folder down: names from a manifest are removed by a run.
PLAIN = re.compile(r"(?:[^./\\:][^/\\:]*/)?[^./\\:][^/\\:]*")
# What a killed run leaves, see ``files`` and ``store``.
STRAY = re.compile(r"\..+\.\d+\.tmp")
# What operating systems put into folders that people look at.
LITTER = ("Thumbs.db", "desktop.ini", ".DS_Store")
KINDS = {"report": "pages", "briefing": "briefing"}


@dataclass(frozen=True)
class PageRecord:
    """One page of a folder.

    key : hash over all that its run made pages from; empty while there is no page
    as_of : the day up to which its data go
    state : current; stale (made from other data or code); failed, with the older page or without;
        missing
    problem : why it failed
    title : what the page is called
    """

    key: str = ""
    as_of: str = ""
    state: str = "current"
    problem: str = ""
    title: str = ""


@dataclass(frozen=True)
class Manifest:
    """The record of a report folder.

    plan, year, edition, synthetic : whose reports these are
    asked_as_of : the day asked for; None: everything received
    as_of : the day up to which the data go
    latest_year : the latest year that a city has reported
    errors : error-level findings; lacking : a submission owed for the year is not there
    readings : how open clauses are read
    code, notebooks, versions : by what the pages were made, see ``provenance``
    inputs, outputs : SHA-256 of every file that was read and of every file that was written
    pages : what became of each page
    """

    plan: str
    year: int
    edition: str
    synthetic: bool
    asked_as_of: str | None
    as_of: str
    latest_year: int
    errors: int
    lacking: bool
    readings: dict[str, Any]
    code: str
    notebooks: dict[str, str]
    versions: dict[str, str]
    inputs: dict[str, str]
    pages: dict[str, PageRecord] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """Return the manifest as JSON, with the SHA-256 of what it says at its end."""
        return sealed(asdict(self))


class Record(NamedTuple):
    """What we wrote into a folder: SHA-256 by name."""

    outputs: dict[str, str]


def sealed(content: Mapping[str, Any]) -> bytes:
    """Return content as JSON, with the SHA-256 of what it says at its end."""
    said = sha256(json.dumps(content).encode()).hexdigest()
    text = json.dumps({**content, "sha256": said}, ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


def _unsealed(path: Path, or_old: bool = False) -> dict[str, Any]:
    """Return what a manifest says; nothing if it is none of ours, or damaged.

    Whoever plants one can have a run remove and replace what it lists: only plain names inside its
    folder count.
    """
    try:
        if not stat.S_ISREG((found := path.lstat()).st_mode) or found.st_size > LARGEST:
            return {}
        written = path.read_bytes()
        content = json.loads(written)
        said = content.pop("sha256", "")
        # The first manifests did not vouch for themselves.
        is_whole = sealed(content) == written if said else or_old
        return content if is_whole and _is_plain(content["outputs"]) else {}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


def _is_plain(outputs: dict[str, str]) -> bool:
    return all(
        PLAIN.fullmatch(name) and name.isprintable() and type(hash_) is str
        for name, hash_ in outputs.items()
    )


def read_manifest(folder: Path) -> Manifest | None:
    """Return the manifest of a folder; None if there is none of this version, or it is damaged.

    Examples
    --------
    >>> read_manifest(Path("no such folder")) is None
    True
    """
    content = _unsealed(folder / MANIFEST)
    try:
        pages = {name: PageRecord(**record) for name, record in content.pop("pages").items()}
        manifest = Manifest(**content, pages=pages)
        is_whole = manifest.to_bytes() == (folder / MANIFEST).read_bytes()
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return manifest if is_whole and _is_typed(manifest) else None


def _is_typed(manifest: Manifest) -> bool:
    texts = [text for page in manifest.pages.values() for text in vars(page).values()]
    numbers = manifest.year, manifest.latest_year, manifest.errors
    return all(type(text) is str for text in texts) and all(type(n) is int for n in numbers)


def read_record(folder: Path) -> Record | None:
    """Return what we wrote into a folder, by whatever command and version; None: nothing."""
    content = _unsealed(folder / MANIFEST)
    return Record(content["outputs"]) if content else None


def check_ours(folder: Path, kind: str = "report") -> None:
    """Refuse a folder that holds something and was not made by us.

    Ours is what has a manifest of ours, also of an earlier version; or the manifest that a run was
    about to put in place when it was killed. What a killed run left otherwise, and what systems put
    into every folder, is nothing.

    Parameters
    ----------
    folder : where a run is to write
    kind : what is to be written there: report, briefing

    Raises
    ------
    UsageError
        It is somebody's, or of the other kind; nothing was written.
    """
    if may_write(folder) or folder.is_symlink() or not folder.is_dir():
        return  # ``store.prepare`` tells what is wrong with a link or a file
    unfinished = folder.glob(f".{MANIFEST}.*.tmp")
    if any(
        KINDS[kind] in _unsealed(path, or_old=True) for path in (folder / MANIFEST, *unfinished)
    ):
        return
    if foreign := next(_contents(folder), None):
        raise UsageError(
            f"“{folder}”中已有“{foreign}”，不是 gsyf {kind} 生成的文件夹，不写入。"
            "请用 --out 另选空文件夹，或先移走其中的文件"
        )


def _contents(folder: Path) -> Iterator[str]:
    """Yield what somebody has put into a folder."""
    for place, folders, files in os.walk(folder):
        links = [name for name in folders if Path(place, name).is_symlink()]
        for name in sorted([*files, *links]):
            if name not in LITTER and not STRAY.fullmatch(name):
                yield Path(place, name).relative_to(folder).as_posix()


def differences(folder: Path, manifest: Manifest | Record) -> Iterator[tuple[str, str]]:
    """Yield every file that is not as the manifest says, with 缺失, 已改动, 无法读取 or 多出.

    Hidden files are passed over.
    """
    for name, expected in manifest.outputs.items():
        if problem := _problem(folder, name, expected):
            yield name, problem
    known = {MANIFEST, *manifest.outputs}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        hidden = path.name.startswith(".") or path.name in LITTER
        is_folder = path.is_dir() and not path.is_symlink()
        if name not in known and not hidden and not is_folder:
            yield name, "多出"


def _problem(folder: Path, name: str, expected: str) -> str:
    path = folder / name
    if path.parent != folder and path.parent.is_symlink():
        return "缺失"
    try:
        found = hash_of(path)
    except OSError:
        return "无法读取"
    return "缺失" if found is None else "" if found == expected else "已改动"
