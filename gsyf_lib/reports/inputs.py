"""The plan folder in; the hash of every file a run may read out, and a private copy of them all.

The run reads the copy, so that a file that somebody changes meanwhile does not matter. No pandas
here: ``run`` recognises an unchanged run by these hashes before anything heavy is imported.
"""

import datetime as dt
import errno
import os
import stat
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from gsyf_lib.errors import PlanError
from gsyf_lib.processes.files import LARGEST_FILE, day_of_folder, is_submission

# In the plan's folder: an office's own letterhead, styles and margins for the Word document.
OWN_FORM = "briefing.docx"

ROOTS = ("raw/submissions", "raw/example")
CHUNK = 2**20
NOWHERE = Path(os.devnull)
# Stand in the manifest instead of a hash, for what is never opened.
LINK, NO_FILE, CLOSED, FUTURE = "link", "no file", "unreadable", "future"


def hash_inputs(folder: Path, as_of: str | None, into: Path | None = None) -> dict[str, str]:
    """Return the SHA-256 of every file of a plan folder that a run may read, by its path.

    Instead of a hash, a link or pipe has a word: it is never opened, and the checks report it. So
    has a file in a folder of a future day: it is not used yet, and counts as another input when
    that day has come. A file larger than any table has its size and the hash of its two ends.

    Files received after ``as_of`` are left out, so that an earlier report can be made again. Into
    the private folder ``into`` they are copied as they are read: the hash is that of the copy.
    Links and pipes are copied as such, so that the checks find in the copy what is in the folder.
    """
    own = [p for p in folder.iterdir() if p.suffix in (".csv", ".toml") or p.name == OWN_FORM]
    hashes = {
        _named(path, folder): _hash_file(path, _place(path, folder, into))
        for path in sorted(own) + sorted((folder / "codes").glob("*.csv"))
    }
    today = dt.date.today().isoformat()
    for path, day in _handed_in(folder, as_of):
        hash_ = _hash(path, folder, into)
        hashes[_named(path, folder)] = hash_ if _is_read(day, today) else FUTURE
    return hashes


def copy_inputs(folder: Path, as_of: str | None, into: Path) -> dict[str, str]:
    """Copy those files into a private folder and return the same hashes as ``hash_inputs``."""
    for name in ROOTS:
        if (folder / name).is_dir() or name == ROOTS[0]:
            (into / name).mkdir(parents=True)
    return hash_inputs(folder, as_of, into)


def _handed_in(folder: Path, as_of: str | None) -> Iterator[tuple[Path, str]]:
    """Yield the submissions received by that day; the example's if there are no real ones.

    Each comes with the first part of its path below the root: the dated folder.
    """
    for root in (folder / name for name in ROOTS):
        found = sorted(_below(root))
        for path in found:
            day = path.relative_to(root).parts[0]
            if _is_read(day, as_of):
                yield path, day
        if any(is_submission(path.name) for path in found):
            return


def _below(root: Path) -> Iterator[Path]:
    """Yield everything but folders; also empty folders and those that cannot be opened."""
    closed: list[OSError] = []
    for place, folders, names in os.walk(root, onerror=closed.append):
        if not folders and not names and place != str(root):
            yield Path(place)
        links = [name for name in folders if os.path.islink(Path(place, name))]  # noqa: PTH114 - see folder.below
        yield from (Path(place, name) for name in (*names, *links))
    yield from (Path(error.filename) for error in closed if error.filename != str(root))


def _is_read(day: str, as_of: str | None) -> bool:
    """Tell by the dated folder of a path whether it was received by a day."""
    if received := day_of_folder(day):
        return as_of is None or received.isoformat() <= as_of
    return is_submission(day)


def _named(path: Path, folder: Path) -> str:
    """Return a path as text for the manifest; bytes that are not UTF-8 become ``\\xNN``."""
    return os.fsencode(path.relative_to(folder).as_posix()).decode("utf-8", "backslashreplace")


def _place(path: Path, folder: Path, into: Path | None) -> Path:
    """Return where a file is copied to."""
    if into is None:
        return NOWHERE
    place = into / path.relative_to(folder)
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


def _hash(path: Path, folder: Path, into: Path | None) -> str:
    """Copy a submission and return its hash, or the word for what cannot be read."""
    try:
        copy, mode = _place(path, folder, into), path.lstat().st_mode
        if not stat.S_ISREG(mode):
            if into:
                _stand_in(path, copy)
            return LINK if stat.S_ISLNK(mode) else NO_FILE
        return _hash_handed_in(path, copy)
    except PermissionError:
        if into:
            copy.write_bytes(b"?")
            copy.chmod(0)
        return CLOSED
    except OSError as error:
        # The path in the private folder may be too long although the original is not.
        if error.errno != errno.ENAMETOOLONG:
            raise
        return CLOSED


def _stand_in(path: Path, copy: Path) -> None:
    """Make a link for a link, an empty folder for one, and a pipe for what cannot be opened."""
    if path.is_symlink():
        copy.symlink_to(path.readlink())
    elif path.is_dir() and os.access(path, os.R_OK | os.X_OK):
        copy.mkdir(exist_ok=True)
    elif hasattr(os, "mkfifo"):
        os.mkfifo(copy)
    else:
        raise PlanError(f"“{path}”无法打开；请检查权限后重新运行")


def _hash_handed_in(path: Path, copy: Path) -> str:
    """Copy a submission and return its hash; if it is too large to be read, size and partial hash.

    Of such a file only the first and the last piece are copied, with a hole between them. That is
    enough for the file safe (``submissions/open/guard``): the size is right, the beginning tells
    the kind of file, and the end of a zip file lists what it holds.
    """
    size = path.stat().st_size
    if size <= LARGEST_FILE:
        return _hash_file(path, copy)
    with path.open("rb") as source, copy.open("wb") as target:
        head = source.read(CHUNK)
        source.seek(size - CHUNK)
        tail = source.read(CHUNK)
        target.write(head)
        target.seek(size - CHUNK)
        target.write(tail)
    return f"{size} bytes, {sha256(head + tail).hexdigest()}"


def _hash_file(path: Path, copy: Path) -> str:
    """Return the hash of a file, and write what was read to ``copy``."""
    hashed = sha256()
    with path.open("rb") as source, copy.open("wb") as target:
        while chunk := source.read(CHUNK):
            hashed.update(chunk)
            target.write(chunk)
    return hashed.hexdigest()
