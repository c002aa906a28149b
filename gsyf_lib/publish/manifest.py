"""``manifest.json``: what a report folder was made from, by what, and what every file hashes to.

No pandas here: ``gsyf verify`` and an unchanged run need nothing else.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

__all__ = ["MANIFEST", "Manifest", "PageRecord", "differences", "read_manifest"]

MANIFEST = "manifest.json"
# What operating systems put into folders that people look at.
LITTER = ("Thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class PageRecord:
    """One page of a folder.

    key : hash over all that the page was made from; empty while there is no page
    as_of : the day up to which its data go
    state : current; stale (made from other data or code); failed, with the older page or without;
        missing
    problem : why it failed
    """

    key: str = ""
    as_of: str = ""
    state: str = "current"
    problem: str = ""


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
        content = asdict(self)
        said = sha256(json.dumps(content).encode()).hexdigest()
        text = json.dumps({**content, "sha256": said}, ensure_ascii=False, indent=1)
        return f"{text}\n".encode()


def read_manifest(folder: Path) -> Manifest | None:
    """Return the manifest of a folder; None if there is none of this version, or it is damaged.

    Examples
    --------
    >>> read_manifest(Path("no such folder")) is None
    True
    """
    try:
        written = (folder / MANIFEST).read_bytes()
        content = json.loads(written)
        del content["sha256"]
        pages = {name: PageRecord(**record) for name, record in content.pop("pages").items()}
        manifest = Manifest(**content, pages=pages)
        return manifest if manifest.to_bytes() == written else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def differences(folder: Path, manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Yield every file that is not as the manifest says, with 缺失, 已改动 or 多出.

    Hidden files are passed over.
    """
    for name, expected in manifest.outputs.items():
        path = folder / name
        if path.is_symlink() or not path.is_file():
            yield name, "缺失"
        elif sha256(path.read_bytes()).hexdigest() != expected:
            yield name, "已改动"
    known = {MANIFEST, *manifest.outputs}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        hidden = path.name.startswith(".") or path.name in LITTER
        if name not in known and not hidden and not path.is_dir():
            yield name, "多出"
