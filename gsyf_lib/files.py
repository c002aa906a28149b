"""Where the plan is, and files that are either the old one or the new one, never half of each."""

import os
import stat
import sys
from pathlib import Path

from gsyf_lib.errors import MachineError, OutputError, PlanError

__all__ = ["LARGEST_FILE", "READING", "find_plan", "read_private", "write_atomically"]

# No table that is handed in is larger; what is, is not read.
LARGEST_FILE = 50 * 2**20
# The variable that tells kernels in which file a run keeps what it has read (see ``shared``).
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
        raise PlanError(f"文件夹“{folder}”中没有 plan.toml；请用 --data 指定行动计划数据文件夹")
    here = Path.cwd()
    for parent in (here, *here.parents):
        if (parent / "data" / "plan.toml").is_file():
            return parent / "data"
    raise PlanError("当前文件夹及其上级都没有 data/plan.toml；请用 --data 指定行动计划数据文件夹")


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

    The bytes go to a hidden neighbour ``.<name>.<pid>.tmp`` first, reach the disk, and take the
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
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(
            f"无法写入“{path}”：{reason}。原有文件未改动；请检查文件夹是否存在、可写，磁盘是否已满，"
            "文件是否正被其他程序打开"
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
