"""Files that are either the old one or the new one, never half of each."""

import os
from pathlib import Path

from gsyf_lib.errors import OutputError

__all__ = ["write_atomically"]


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
