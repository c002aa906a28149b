"""The output folder: checked before anything is built, and exchanged for a new one at the end."""

import ctypes
import os
import re
import shutil
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from gsyf_lib.errors import OutputError, reason
from gsyf_lib.processes.stop import signals_waiting

STRAY = r"\.[0-9]+\.tmp"
SUBFOLDERS = ("notebooks", "failed")
AT_WORKING_FOLDER, RENAME_EXCHANGE = -100, 2


def prepare(folder: Path) -> None:
    """See that the folder takes files, and sweep what killed runs left; make nothing yet.

    Raises
    ------
    OutputError
        It is no folder, is a symbolic link (which could lead anywhere), or takes no files.
    """
    for place in (folder, *(folder / name for name in SUBFOLDERS)):
        if place.is_symlink():
            raise OutputError(f"“{place}”是符号链接，不写入。请用 --out 指定实际的文件夹")
    try:
        for left in _left(folder):
            _remove(left)
        trial = _temporary(folder / "trial" if os.path.lexists(folder) else folder)
        trial.write_bytes(b"")
        trial.unlink()
    except OSError as error:
        raise OutputError(
            f"无法写入输出文件夹“{folder}”：{reason(error)}。请检查权限，或用 --out 另选"
        ) from error


def _left(folder: Path) -> list[Path]:
    """Return the new folders of killed runs beside it, and what files they were writing in it."""
    places = [place for place in (folder, *map(folder.joinpath, SUBFOLDERS)) if place.is_dir()]
    inside = [path for place in places for path in place.glob(".*.tmp")]
    # Exactly of this folder: what begins like it may belong to another run, which goes on.
    name = re.escape(folder.name)
    own = re.compile(rf"\.({name}|\.{name}\.timings\.json){STRAY}")
    beside = [path for path in folder.parent.iterdir() if own.fullmatch(path.name)]
    return [path for path in inside if re.fullmatch(rf"\..+{STRAY}", path.name)] + beside


def commit(
    folder: Path, files: Mapping[str, Path | bytes], dropped: Iterable[str] = (), last: str = ""
) -> None:
    """Put files into the folder, and take others away.

    First a new folder is filled beside the old one and reaches the disk: if the disk is full, the
    old one stays as it was. Then the two are exchanged in one step of the system, so that a reader
    who opens the folder finds the old one or the new one. Where the system cannot do that, the new
    files take their names one after the other without a pause, the one called ``last`` at the end:
    then each file is the old or the new one. Signals wait until that is done.

    Parameters
    ----------
    folder : checked by ``prepare``
    files : what to write: bytes, or a path to copy, by the path below the folder
    dropped : files to remove, if they are there
    last : the file that vouches for the others

    Raises
    ------
    OutputError
        The disk is full, or a file cannot be replaced.
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
        with suppress(OSError):  # the disk's first complaint is the one to tell
            _remove(staged)


def _takes_over(folder: Path, staged: Path, dropped: set[str]) -> bool:
    """Link all that stays into the new folder, and tell whether it can stand for the old one."""
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
        return _owner(staged) == _owner(folder)
    except OSError:  # a file system without links, somebody else's files: names one by one
        return False


def _owner(path: Path) -> tuple[int, int]:
    seen = path.stat()
    return seen.st_uid, seen.st_gid


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
    """Let two paths exchange what they name: Linux, on most file systems but those of a network."""
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    names = os.fsencode(one), os.fsencode(other)
    places = AT_WORKING_FOLDER, names[0], AT_WORKING_FOLDER, names[1]
    return rename is not None and rename(*places, RENAME_EXCHANGE) == 0


def _take_names(
    folder: Path, staged: Path, names: list[str], dropped: Iterable[str], last: str
) -> None:
    for name in names:
        if name == last:
            _sync(folder)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (staged / name).replace(folder / name)
    for name in dropped:
        (folder / name).unlink(missing_ok=True)
    _sync(folder)


def _temporary(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


def _remove(path: Path) -> None:
    """Remove a file or folder that may be there; a link, not what it leads to."""
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
