"""The output folder: checked before anything is built, and changed in one short step at the end."""

import os
import re
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from gsyf_lib.errors import OutputError
from gsyf_lib.publish.stop import signals_waiting

__all__ = ["commit", "prepare"]

STRAY = re.compile(r"\..+\.\d+\.tmp")
SUBFOLDERS = ("notebooks", "failed")


def prepare(folder: Path) -> None:
    """Make the folder, see that it takes files, and sweep what a killed run left in it.

    Raises
    ------
    OutputError
        It is no folder, is a symbolic link (which could lead anywhere), or takes no files.
    """
    for place in (folder, *(folder / name for name in SUBFOLDERS)):
        if place.is_symlink():
            raise OutputError(f"“{place}”是符号链接，不写入。请用 --out 指定实际的文件夹")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for place in (folder, *(folder / name for name in SUBFOLDERS)):
            for path in place.glob(".*.tmp"):
                if STRAY.fullmatch(path.name):
                    path.unlink()
        trial = _temporary(folder / "trial")
        trial.write_bytes(b"")
        trial.unlink()
    except OSError as error:
        raise OutputError(
            f"无法写入输出文件夹“{folder}”：{error.strerror}。请检查权限，或用 --out 另选"
        ) from error


def commit(
    folder: Path, files: Mapping[str, Path | bytes], dropped: Iterable[str] = (), last: str = ""
) -> None:
    """Put files into the folder, and take others away, so that each is the old or the new one.

    First every file is written beside its place and reaches the disk: if the disk is full, the
    folder stays as it was. Only then do they take their names, one after the other without a
    pause, the one called ``last`` at the end. Signals wait until that is done.

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
    try:
        for name in names:
            _write(_temporary(folder / name), files[name])
        with signals_waiting():
            _take_names(folder, names, dropped, last)
    except OSError as error:
        raise OutputError(
            f"无法写入“{folder}”：{error.strerror}。请检查磁盘空间、权限，"
            "以及其中的文件是否正被其他程序打开，然后重新运行"
        ) from error
    finally:
        with suppress(OSError):  # the disk's first complaint is the one to tell
            for name in names:
                _temporary(folder / name).unlink(missing_ok=True)


def _take_names(folder: Path, names: list[str], dropped: Iterable[str], last: str) -> None:
    for name in names:
        if name == last:
            _sync(folder)
        _temporary(folder / name).replace(folder / name)
    for name in dropped:
        (folder / name).unlink(missing_ok=True)
    _sync(folder)


def _temporary(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


def _write(path: Path, content: Path | bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as stream:
        stream.write(content if isinstance(content, bytes) else content.read_bytes())
        stream.flush()
        os.fsync(stream.fileno())


def _sync(folder: Path) -> None:
    """Make sure that the new names of a folder's files survive a power failure."""
    if sys.platform == "win32":
        return
    for place in (folder, *(folder / name for name in SUBFOLDERS)):
        if place.is_dir():
            descriptor = os.open(place, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
