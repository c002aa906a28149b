"""Locks, so that one run at a time writes to an output folder, and private temporary folders.

The locks are record locks (POSIX ``fcntl``). Unlike ``flock`` locks they are not inherited by
forked workers, so that a worker that outlives a killed run does not keep its folder locked.
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
# The locks of this process. It must not sweep them: the system grants a process its own lock a
# second time, and drops both as soon as one of the two files is closed.
_own: set[Path] = set()


def beside(folder: Path, ending: str) -> Path:
    """Return a hidden path beside a folder, for what a run keeps but does not deliver."""
    return folder.with_name(f".{folder.name}.{ending}")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Lock a folder for this process alone; the lock file itself stays where it is.

    BusyError is raised if another process has locked it, OutputError if it cannot be written.
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
    """Make a folder that only this user can open, and remove those that killed runs left behind."""
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
    """Make and lock a lock file; return its path and the open file that holds the lock."""
    while True:
        descriptor, name = tempfile.mkstemp(prefix=PREFIX, suffix=LOCK)
        lock, file = Path(name), os.fdopen(descriptor, "ab")
        _own.add(lock)
        if _take(file) and lock.exists():
            return lock, file
        file.close()  # another run took the file for a left one before we had locked it
        _own.discard(lock)


def _sweep(lock: Path) -> None:
    """Remove a private folder whose run has ended, unless it is another user's."""
    # FileNotFoundError: its run has just removed it, or another run sweeps at the same time.
    # PermissionError: Windows does not remove a file that is open.
    with suppress(FileNotFoundError, PermissionError):
        if not (_is_ours(lock) and _is_ours(lock.with_suffix(""))):
            return
        with lock.open("r+b") as file:
            if not _take(file):
                return
            if sys.platform != "win32":
                _remove(lock)  # while we hold the lock, so that no run can take it meanwhile
        _remove(lock)  # on Windows only when the file is closed


def _is_ours(path: Path) -> bool:
    """Tell whether a path belongs to this user, or is not there; of a link, the link itself."""
    if sys.platform == "win32":  # there every user has a temporary folder of his own
        return True
    return not os.path.lexists(path) or path.lstat().st_uid == os.geteuid()


def _remove(lock: Path) -> None:
    shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
    lock.unlink(missing_ok=True)


def _take(file: BinaryIO) -> bool:
    """Lock an open file; False if another process has locked it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # What the systems say of a lock that another process holds; Windows says EDEADLK.
        if error.errno in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
            return False
        raise OutputError(f"“{file.name}”无法加锁：{reason(error)}。请用 --out 另选") from error
    return True


@contextmanager
def temporary_files_in(folder: Path) -> Iterator[None]:
    """Let libraries make their temporary files in a run's private folder, which never stays."""
    before = tempfile.tempdir
    tempfile.tempdir = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before
