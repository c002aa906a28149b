"""Where the plan is, which paths may be written, and files that are never half written.

A path may be written if nothing is there, or still the very bytes that a record of ours tells.
Whatever else is there is somebody's: filled in, edited or foreign, and it is never touched.
"""

import os
import stat
import sys
from collections.abc import Mapping
from contextlib import suppress
from hashlib import file_digest, sha256
from pathlib import Path

from gsyf_lib.errors import MachineError, NoPlanError, OutputError, UsageError, reason

# No table that is handed in is larger; what is, is not read.
LARGEST_FILE = 50 * 2**20
# The variable that tells kernels in which file a run keeps what it has read (see ``judged``).
READING = "GSYF_SHARED"


def find_plan(data: str | Path | None = None) -> Path:
    """Return the plan folder: ``data``, or ``data/plan.toml`` searched upward from here.

    Raises
    ------
    PlanError
        There is none.
    """
    if data is not None:
        folder = Path(data)
        if (folder / "plan.toml").is_file():
            return folder
        raise NoPlanError(f"文件夹“{folder}”中没有 plan.toml，不是行动计划数据文件夹")
    here = Path.cwd()
    for parent in (here, *here.parents):
        if (parent / "data" / "plan.toml").is_file():
            return parent / "data"
    raise NoPlanError("当前文件夹及其上级都没有 data/plan.toml，请指定行动计划数据文件夹")


def may_write(path: Path, written: str | None = None) -> bool:
    """Tell whether nothing is at ``path``, or still the file that we wrote there.

    Parameters
    ----------
    path : where something is to be written
    written : SHA-256 of what a record says we wrote there; None: there is no record

    Examples
    --------
    >>> may_write(Path("no such file")), may_write(Path("data/plan.toml"))
    (True, False)
    """
    if not os.path.lexists(path):
        return True
    try:
        return written is not None and hash_of(path) == written
    except OSError:  # what cannot be read is not known to be ours
        return False


def hash_of(path: Path) -> str | None:
    """Return the SHA-256 of a regular file; None of a link, a pipe, a folder or nothing.

    Raises
    ------
    OSError
        It is a regular file that cannot be read.
    """
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return None
    except (FileNotFoundError, NotADirectoryError):
        return None
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def check_new(*paths: Path) -> None:
    """Refuse to write where something is: somebody may have filled it in.

    Raises
    ------
    UsageError
        Something is there; nothing was written.
    """
    taken = [path for path in paths if not may_write(path)]
    if taken:
        others = f"等{len(taken)}个文件" if len(taken) > 1 else ""
        raise UsageError(
            f"“{taken[0]}”{others}已存在，不覆盖，没有写入任何文件。"
            "请用 --out 换一个名称，或先移走原文件"
        )


def check_rebuilt(files: Mapping[Path, bytes]) -> None:
    """Refuse to write anything else over a file than what it holds already.

    Parameters
    ----------
    files : what is to be written where

    Raises
    ------
    UsageError
        A file holds something else; nothing was written.
    """
    for path, data in files.items():
        if not may_write(path, sha256(data).hexdigest()):
            raise UsageError(
                f"“{path}”与将要生成的内容不同，可能已被人修改，不覆盖，没有写入任何文件。"
                "确需重新生成的，请先移走该文件"
            )


def check_new_folder(folder: Path) -> None:
    """Refuse a folder that holds something, and whatever is no folder.

    Raises
    ------
    UsageError
        It is not new and not empty.
    """
    if may_write(folder):
        return
    if folder.is_symlink() or not folder.is_dir() or any(folder.iterdir()):
        raise UsageError(f"“{folder}”已有内容，不写入。请用 --out 指定新的或空的文件夹")


def make_folder(folder: Path) -> None:
    """Make a folder unless it is there.

    Raises
    ------
    OutputError
        It cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"无法建立文件夹“{folder}”：{reason(error)}。请检查权限，或用 --out 另选"
        ) from error


def write_new(path: Path, data: bytes) -> None:
    """Write a file where there is none.

    Raises
    ------
    UsageError
        Something is there.
    OutputError
        It could not be written.
    """
    check_new(path)
    write_atomically(path, data)


def read_private(path: Path) -> bytes:
    """Return the bytes of a file in a folder that only this user can enter.

    Whatever is to be unpickled is read so: an object may run anything when it is loaded, and a
    private folder that was swept can be made again by anybody in the shared temporary folder.
    (On Windows the temporary folder is each user's own.)

    Raises
    ------
    MachineError
        The folder is another user's, or others may enter it.
    """
    if sys.platform == "win32":
        return path.read_bytes()
    # Through the folder once opened: it cannot be exchanged between the look and the reading.
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        seen = os.fstat(folder)
        if seen.st_uid != os.geteuid() or stat.S_IMODE(seen.st_mode) & 0o077:
            raise MachineError(
                f"临时文件夹“{path.parent}”不属于本用户，或他人可以进入，其中的内容不予读取。"
                "请检查临时目录（环境变量 TMPDIR）后重新运行"
            )
        file = os.open(path.name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=folder)
    finally:
        os.close(folder)
    with os.fdopen(file, "rb") as stream:
        return stream.read()


def write_atomically(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path`` in one step, so that no reader ever sees a part of it.

    The bytes go to a hidden neighbour ``.<its name>.<pid>.tmp`` first, reach the disk, and take the
    final name last. Only a killed process leaves such a neighbour behind.

    Raises
    ------
    OutputError
        The folder does not exist or refuses the file, or the disk is full; the old file stands.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_atomically(Path(folder, "a.csv"), b"1")
    ...     [(entry.name, entry.read_bytes()) for entry in Path(folder).iterdir()]
    [('a.csv', b'1')]
    """
    # Shorter than the name, which may be as long as the file system takes.
    temporary = path.with_name(f".{path.name[:20]}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError as error:
        raise OutputError(
            f"无法写入“{path}”：{reason(error)}。原有文件未改动；请检查文件夹是否存在、可写，磁盘是否已满，"
            "文件是否正被其他程序打开"
        ) from error
    finally:
        with suppress(OSError):  # the disk's first complaint is the one to tell
            temporary.unlink(missing_ok=True)
