"""``manifest.json``: from which inputs and by which code a folder was made, and each file's hash.

No pandas here, so that ``gsyf verify`` and an unchanged run stay quick.
"""

import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from gsyf_lib.errors import UsageError
from gsyf_lib.processes.files import hash_of, may_write

MANIFEST = "manifest.json"
LARGEST = 20 * 2**20  # bytes; a larger file is no manifest of ours
# A name inside the folder or one folder down. A run removes files that a manifest names: no name
# may lead out of the folder.
PLAIN = re.compile(r"(?:[^./\\:][^/\\:]*/)?[^./\\:][^/\\:]*")
# Temporary files of killed runs, see ``files.write_atomically`` and ``store``.
STRAY = re.compile(r"\..+\.\d+\.tmp")
# Files that operating systems put into a folder when somebody looks at it.
LITTER = ("Thumbs.db", "desktop.ini", ".DS_Store")
# For each kind of folder a field that only its manifests have.
KINDS = {"report": "pages", "briefing": "briefing"}


@dataclass(frozen=True)
class PageRecord:
    """One page of a folder, and the day up to which its data go.

    key : hash over everything the page was made from; empty while there is no page
    state : current; stale (made from other data or code); failed, with the older page or without;
        missing
    problem : why it failed
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
    asked_as_of, as_of : the day asked for (None: everything received), and that of the data
    latest_year : the latest year that a city has reported
    errors : how many error-level findings there are
    lacking : whether a submission owed for the year is not there
    readings : how open clauses are read
    code, notebooks, versions : what made the pages, see ``provenance.Makers``
    other_years : whose folders stood beside this one, so that its pages lead there
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
    other_years: list[int] = field(default_factory=list)
    pages: dict[str, PageRecord] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """Return the manifest as JSON, with its own SHA-256 at the end."""
        return sealed(asdict(self))


def sealed(content: Mapping[str, Any]) -> bytes:
    """Return content as JSON, with the SHA-256 of that content at the end."""
    hash_ = sha256(json.dumps(content).encode()).hexdigest()
    text = json.dumps({**content, "sha256": hash_}, ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


def _unsealed(path: Path, or_old: bool = False) -> dict[str, Any]:
    """Return the content of a manifest; nothing if it is not ours, or damaged.

    A run removes and replaces the files that a manifest lists. One that somebody has planted must
    therefore name only files inside its own folder.
    """
    try:
        if not stat.S_ISREG((found := path.lstat()).st_mode) or found.st_size > LARGEST:
            return {}
        written = path.read_bytes()
        content = json.loads(written)
        seal = content.pop("sha256", "")
        # The manifests of the first versions had no hash of their own.
        is_whole = sealed(content) == written if seal else or_old
        is_plain = all(
            PLAIN.fullmatch(name) and name.isprintable() and type(hash_) is str
            for name, hash_ in content["outputs"].items()
        )
        return content if is_whole and is_plain else {}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


def read_manifest(folder: Path) -> Manifest | None:
    """Return the manifest of a folder; None if it is missing, damaged or of another version."""
    # Read once only: meanwhile a run may put a new folder in place.
    content = _unsealed(folder / MANIFEST)
    try:
        pages = {name: PageRecord(**record) for name, record in content["pages"].items()}
        manifest = Manifest(**{**content, "pages": pages})
    except (TypeError, KeyError, AttributeError):
        return None
    # A field that a record lacks would have got its default.
    return manifest if asdict(manifest) == content and _is_typed(manifest) else None


def other_years(folder: Path) -> list[Manifest]:
    """Return the manifests of the folders beside this one that are named by their year."""
    beside = (path for path in folder.parent.glob("[0-9]*") if path != folder)
    found = ((path.name, read_manifest(path)) for path in beside)
    years = {
        manifest.year: manifest
        for name, manifest in found
        if manifest and name == str(manifest.year)
    }
    return [years[year] for year in sorted(years)]


def _is_typed(manifest: Manifest) -> bool:
    """Tell whether texts are texts and numbers numbers: dataclasses do not check that."""
    texts = [text for page in manifest.pages.values() for text in vars(page).values()]
    numbers = manifest.year, manifest.latest_year, manifest.errors
    return all(type(text) is str for text in texts) and all(type(n) is int for n in numbers)


def read_outputs(folder: Path) -> dict[str, str] | None:
    """Return the files, with their SHA-256, that any version has written; None if none has."""
    return _unsealed(folder / MANIFEST).get("outputs")


def check_ours(folder: Path, kind: str = "report") -> None:
    """Refuse a folder that is not empty and was not made by us.

    A folder is ours if it has one of our manifests, of this or an earlier version, or the one that
    a run was about to put in place when it was killed. A folder with nothing but temporary files of
    killed runs, and files that operating systems put there, counts as empty.
    """
    if may_write(folder) or folder.is_symlink() or not folder.is_dir():
        return  # of a link or a file ``store.check_writable`` says what is wrong
    manifests = folder / MANIFEST, *folder.glob(f".{MANIFEST}.*.tmp")
    if any(KINDS[kind] in _unsealed(path, or_old=True) for path in manifests):
        return
    if foreign := next(_contents(folder), None):
        raise UsageError(
            f"“{folder}”中已有“{foreign}”，不是 gsyf {kind} 生成的文件夹，不写入。"
            "请用 --out 另选空文件夹，或先移走其中的文件"
        )


def _contents(folder: Path) -> Iterator[str]:
    """Yield the files that somebody has put into a folder."""
    for place, folders, files in os.walk(folder):
        links = [name for name in folders if Path(place, name).is_symlink()]
        for name in sorted([*files, *links]):
            if name not in LITTER and not STRAY.fullmatch(name):
                yield Path(place, name).relative_to(folder).as_posix()


def differences(folder: Path, outputs: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield every file that is not as written, with 缺失, 已改动, 无法读取 or 多出.

    Hidden files are left out.
    """
    for name, expected in outputs.items():
        if problem := _problem(folder, name, expected):
            yield name, problem
    known = {MANIFEST, *outputs}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        hidden = path.name.startswith(".") or path.name in LITTER
        is_folder = path.is_dir() and not path.is_symlink()
        if name not in known and not hidden and not is_folder:
            yield name, "多出"


def _problem(folder: Path, name: str, expected: str) -> str:
    """Return what is wrong with a file; "" if it is as the manifest says."""
    path = folder / name
    # Through a link in place of the subfolder the file of another folder would be seen.
    if path.parent != folder and path.parent.is_symlink():
        return "缺失"
    try:
        found = hash_of(path)
    except OSError:
        return "无法读取"
    return "缺失" if found is None else "" if found == expected else "已改动"
