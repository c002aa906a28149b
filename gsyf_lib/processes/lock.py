"""One run at a time in one output folder, and a private folder for what it needs meanwhile.

The locks are record locks (POSIX ``fcntl``). Unlike those of ``flock`` they are not inherited by
forked workers: however a process ends, its locks end with it.
"""

import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from gsyf_lib.errors import BusyError, OutputError, reason

PREFIX = "gsyf-run-"
LOCK = ".lock"
# Of this process: it would be granted its own locks once more, and lose them on closing the file.
_own: set[Path] = set()


def beside(folder: Path, ending: str) -> Path:
    """Return a hidden path beside a folder: what a run keeps there is no part of its output.

    Examples
    --------
    >>> beside(Path("reports/2023"), "lock").as_posix()
    'reports/.2023.lock'
    """
    return folder.with_name(f".{folder.name}.{ending}")


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold a folder for this process, and for it alone; the lock file stays.

    Raises
    ------
    BusyError
        Another process holds it.
    OutputError
        The file cannot be written.
    """
    path = beside(folder, "lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("ab")
    except OSError as error:
        raise OutputError(
            f"无法写入“{path.parent}”：{reason(error)}。请检查权限，或用 --out 另选输出文件夹"
        ) from error
    with file:
        if not _take(file):
            raise BusyError(
                f"另一个 gsyf 命令正在写入“{folder}”。请等它结束后再运行，或用 --out 另选输出文件夹"
            )
        yield


@contextmanager
def private_folder() -> Iterator[Path]:
    """Make a folder that nobody else may open; remove those of runs that were killed.

    Raises
    ------
    OutputError
        There is no place for temporary files.
    """
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*{LOCK}"):
        if left not in _own:
            _sweep(left)
    try:
        lock, file = _new_lock()
    except OSError as error:
        raise OutputError(
            f"无法建立临时文件夹：{reason(error)}。请清理磁盘，或用环境变量 TMPDIR 另行指定"
        ) from error
    try:
        with file:
            lock.with_suffix("").mkdir(mode=0o700)
            yield lock.with_suffix("").resolve()
    finally:
        _remove(lock)
        _own.discard(lock)


def _new_lock() -> tuple[Path, BinaryIO]:
    """Return a lock that is held, and the open file that holds it."""
    while True:
        descriptor, name = tempfile.mkstemp(prefix=PREFIX, suffix=LOCK)
        lock, file = Path(name), os.fdopen(descriptor, "ab")
        _own.add(lock)
        if _take(file) and lock.exists():
            return lock, file
        file.close()  # another run that was sweeping found it before it was held
        _own.discard(lock)


def _sweep(lock: Path) -> None:
    """Remove a private folder that nobody holds, unless it is another user's."""
    # It has gone: its run has ended, or another sweeps as well. Windows removes no open file.
    with suppress(FileNotFoundError, PermissionError):
        if not (_is_ours(lock) and _is_ours(lock.with_suffix(""))):
            return
        with lock.open("r+b") as file:
            if not _take(file):
                return
            if sys.platform != "win32":
                _remove(lock)  # while nobody else can hold it
        _remove(lock)


def _is_ours(path: Path) -> bool:
    """Tell whether what is there belongs to this user; a link is judged itself."""
    if sys.platform == "win32":  # the temporary folder is the user's own there
        return True
    return not os.path.lexists(path) or path.lstat().st_uid == os.geteuid()


def _remove(lock: Path) -> None:
    shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
    lock.unlink(missing_ok=True)


def _take(file: BinaryIO) -> bool:
    """Lock an open file unless another process has."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
            return False
        raise OutputError(f"“{file.name}”无法加锁：{reason(error)}。请用 --out 另选") from error
    return True


@contextmanager
def temporary_files_in(folder: Path) -> Iterator[None]:
    """Have libraries that make temporary files, such as openpyxl, make them in a run's own folder.

    There the next run sweeps up what a killed one left behind.
    """
    before = tempfile.tempdir
    tempfile.tempdir = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before
