"""Where plan and submissions are, which paths may be written, and how a file is written whole.

A path may be written if nothing is there, or exactly the bytes that we once wrote there. Anything
else belongs to somebody, who has filled it in, edited it or put it there: it is never touched.
"""

import datetime as dt
import os
import stat
import sys
from collections.abc import Mapping
from contextlib import suppress
from hashlib import file_digest, sha256
from pathlib import Path

from gsyf_lib.errors import MachineError, NoPlanError, OutputError, UsageError, reason

# Bytes. A table of a province takes a few hundred thousand; anything larger is not read.
LARGEST_FILE = 50 * 2**20
# The environment variable that tells notebooks in which file a run keeps the figures it has read
# (see ``assessment.hand_over``), so that not every notebook reads all submissions again.
READING = "GSYF_SHARED"


def find_plan(data: str | Path | None = None) -> Path:
    """Return the plan folder: ``data``, or ``data/plan.toml`` searched upward from here."""
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


def is_submission(name: str) -> bool:
    """Tell what was handed in from .gitkeep, .DS_Store and a folder's README, by its name."""
    return not name.startswith(".") and name != "README.md"


def day_of_folder(name: str) -> dt.date | None:
    """Return the day that a folder of submissions is named by; None for any other name."""
    try:
        day = dt.date.fromisoformat(name)
    except ValueError:
        return None
    # fromisoformat also takes 20231231 and 2023-W52-7: one day must not have two folders.
    return day if day.isoformat() == name else None


def may_write(path: Path, written: str | None = None) -> bool:
    """Tell whether nothing is at ``path``, or only what we wrote there: bytes of this SHA-256.

    Examples
    --------
    >>> may_write(Path("no such file")), may_write(Path("data/plan.toml"))
    (True, False)
    """
    if not os.path.lexists(path):  # unlike ``exists`` it sees a link that leads nowhere
        return True
    try:
        return written is not None and hash_of(path) == written
    except OSError:  # a file that we cannot read may be somebody else's
        return False


def hash_of(path: Path) -> str | None:
    """Return the SHA-256 of a regular file; None for a link, a pipe, a folder or nothing."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return None
    except (FileNotFoundError, NotADirectoryError):
        return None
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def check_new(*paths: Path) -> None:
    """Refuse to write where something is already: somebody may have filled it in."""
    taken = [path for path in paths if not may_write(path)]
    if taken:
        others = f"等{len(taken)}个文件" if len(taken) > 1 else ""
        raise UsageError(
            f"“{taken[0]}”{others}已存在，不覆盖，没有写入任何文件。"
            "请用 --out 换一个名称，或先移走原文件"
        )


def check_rebuilt(files: Mapping[Path, bytes]) -> None:
    """Refuse to overwrite a file that does not already hold exactly what is to be written."""
    for path, data in files.items():
        if not may_write(path, sha256(data).hexdigest()):
            raise UsageError(
                f"“{path}”与将要生成的内容不同，可能已被人修改，不覆盖，没有写入任何文件。"
                "确需重新生成的，请先移走该文件"
            )


def check_new_folder(folder: Path) -> None:
    """Refuse a folder that is not empty, and anything that is not a folder."""
    if may_write(folder):
        return
    if folder.is_symlink() or not folder.is_dir() or any(folder.iterdir()):
        raise UsageError(f"“{folder}”已有内容，不写入。请用 --out 指定新的或空的文件夹")


def make_folder(folder: Path) -> None:
    """Make a folder unless it is there; OutputError if that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"无法建立文件夹“{folder}”：{reason(error)}。请检查权限，或用 --out 另选"
        ) from error


def write_new(path: Path, data: bytes) -> None:
    """Write a file where there is none; UsageError if something is there."""
    check_new(path)
    write_atomically(path, data)


def read_private(path: Path) -> bytes:
    """Return the bytes of a file, after making sure that only this user can enter its folder.

    Pickles are read this way, because loading one can run any code. The check is needed: our
    private folders are in the shared temporary folder, and if one of them is removed, anybody can
    make another one of the same name. (On Windows every user has a temporary folder of his own.)
    """
    if sys.platform == "win32":
        return path.read_bytes()
    # Check the opened folder and open the file by ``dir_fd``: by the path, somebody could exchange
    # the folder between the check and the reading.
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

    The bytes go to a hidden file ``.<name>.<pid>.tmp`` in the same folder. When they have reached
    the disk, that file is renamed. Only a killed process leaves such a file behind.
    OutputError is raised if that fails; the old file stands.
    """
    # Only 20 characters of the name: it may already be as long as the file system allows.
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
        with suppress(OSError):  # the error told is the first one, not a later one from here
            temporary.unlink(missing_ok=True)
