"""Files in; an output folder out that is, at any moment, the old one or the new one.

It is checked before anything is built (``check_writable``), and exchanged at the end (``commit``).
"""

import ctypes
import os
import re
import shutil
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile

from gsyf_lib.errors import OutputError, reason
from gsyf_lib.processes.stop import signals_waiting

STRAY = r"\.[0-9]+\.tmp"
SUBFOLDERS = ("notebooks", "failed")
# From <fcntl.h> and <linux/fs.h>: AT_FDCWD, and the flag of renameat2 that exchanges two paths.
AT_WORKING_FOLDER, RENAME_EXCHANGE = -100, 2


def check_writable(folder: Path) -> None:
    """Make sure that files can be written, and remove what killed runs left; make no folder yet."""
    # A symbolic link could lead anywhere.
    for place in (folder, *(folder / name for name in SUBFOLDERS)):
        if place.is_symlink():
            raise OutputError(f"“{place}”是符号链接，不写入。请用 --out 指定实际的文件夹")
    try:
        for left in _left(folder):
            _remove(left)
        # Only writing a file tells for sure: permissions may allow it and the file system not. This
        # one has no name where the system can do without, so a killed run leaves nothing of it.
        with TemporaryFile(dir=folder if os.path.lexists(folder) else folder.parent):
            pass
    except OSError as error:
        raise OutputError(
            f"无法写入输出文件夹“{folder}”：{reason(error)}。请检查权限，或用 --out 另选"
        ) from error


def _left(folder: Path) -> list[Path]:
    """Return what killed runs left: half-filled folders beside this one, and files inside it."""
    places = [place for place in (folder, *map(folder.joinpath, SUBFOLDERS)) if place.is_dir()]
    inside = [path for place in places for path in place.glob(".*.tmp")]
    # The whole name has to match: one that only begins like it may be that of a run in progress.
    name = re.escape(folder.name)
    own = re.compile(rf"\.({name}|\.{name}\.timings\.json){STRAY}")
    beside = [path for path in folder.parent.iterdir() if own.fullmatch(path.name)]
    return [path for path in inside if re.fullmatch(rf"\..+{STRAY}", path.name)] + beside


def commit(
    folder: Path, files: Mapping[str, Path | bytes], dropped: Iterable[str] = (), last: str = ""
) -> None:
    """Put files into the folder, and remove others.

    First a new folder beside the old one is filled and written to the disk; if the disk is full,
    the old one stays as it was. Then the system exchanges the two in one step. If it cannot, the
    new files are renamed into the old folder one after the other, the one called ``last`` at
    the end: then each single file is either old or new. Signals wait until that is done.

    ``files`` are bytes, or paths to copy, by their names below the folder, which has passed
    ``check_writable``; ``last`` is the manifest, which lists the hashes of the others.
    """
    names = sorted(files, key=lambda name: name == last)
    staged = _temporary(folder)
    dropped = set(dropped)
    try:
        for name in names:
            _write(staged / name, files[name])
        is_whole = _takes_over(folder, staged, dropped)
        with signals_waiting():
            if not (is_whole and _exchanged(folder, staged)):
                _take_names(folder, staged, names, dropped, last)
    except OSError as error:
        raise OutputError(
            f"无法写入“{folder}”：{reason(error)}。请检查磁盘空间、权限，"
            "以及其中的文件是否正被其他程序打开，然后重新运行"
        ) from error
    finally:
        with suppress(OSError):  # so that the error told is the first one, not one from here
            _remove(staged)


def _takes_over(folder: Path, staged: Path, dropped: set[str]) -> bool:
    """Link the files that stay into the new folder; tell whether it can replace the old one."""
    # Only Linux exchanges two folders. Anywhere a new folder can be renamed if there is no old one.
    if sys.platform != "linux" or not folder.exists():
        return not folder.exists()
    try:
        for old in sorted(folder.rglob("*")):
            new = staged / old.relative_to(folder)
            if old.is_dir() and not old.is_symlink():
                new.mkdir(exist_ok=True)
                shutil.copystat(old, new)
            elif not os.path.lexists(new) and new.relative_to(staged).as_posix() not in dropped:
                os.link(old, new, follow_symlinks=False)
        shutil.copystat(folder, staged)
        new_owner, owner = staged.stat(), folder.stat()
        # A folder that another user or group owns keeps its owner: then file by file.
        return (new_owner.st_uid, new_owner.st_gid) == (owner.st_uid, owner.st_gid)
    except OSError:  # a file system without links, or files of another user: file by file
        return False


def _exchanged(folder: Path, staged: Path) -> bool:
    """Exchange the two folders in one step, if the system can."""
    _sync(staged)
    if not folder.exists():
        staged.rename(folder)
    elif not _rename_exchange(staged, folder):
        return False
    _sync_names(folder.parent)
    return True


def _rename_exchange(one: Path, other: Path) -> bool:
    """Exchange two paths in one step; False if the system or the file system cannot."""
    # Linux can, except on many network file systems. Python has no function for it.
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    names = os.fsencode(one), os.fsencode(other)
    places = AT_WORKING_FOLDER, names[0], AT_WORKING_FOLDER, names[1]
    return rename is not None and rename(*places, RENAME_EXCHANGE) == 0


def _take_names(
    folder: Path, staged: Path, names: list[str], dropped: Iterable[str], last: str
) -> None:
    """Rename the new files into the old folder one by one."""
    for name in names:
        if name == last:  # the manifest must not reach the disk before the files it lists
            _sync(folder)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (staged / name).replace(folder / name)
    for name in dropped:
        (folder / name).unlink(missing_ok=True)
    _sync(folder)


def _temporary(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


def _remove(path: Path) -> None:
    """Remove a file or folder if it is there; of a link, the link itself."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _write(path: Path, content: Path | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        stream.write(content if isinstance(content, bytes) else content.read_bytes())
        stream.flush()
        os.fsync(stream.fileno())


def _sync(folder: Path) -> None:
    """Make sure that the new names of a folder's files survive a power failure."""
    for place in (folder, *(folder / name for name in SUBFOLDERS)):
        if place.is_dir():
            _sync_names(place)


def _sync_names(folder: Path) -> None:
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
