"""What a batch's kernels get: a fixed command, an empty folder, few variables, private sockets."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gsyf_lib.errors import MachineError, reason
from gsyf_lib.files import READING
from gsyf_lib.publish.lock import temporary_files_in
from gsyf_lib.warmkernels import PreloadError, WarmKernels

__all__ = ["Kernels", "kernel_environment", "start_kernels", "working_folder"]

# What a system needs to start a program. Nothing of the user's: no secret, no locale, no time zone
# and no search path gets into a kernel.
PASSED_ON = ("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "TEMP", "TMP")
FIXED = {
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONNOUSERSITE": "1",
    "PYTHONUTF8": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
HOMES = ("HOME", "USERPROFILE", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "XDG_CONFIG_HOME")
SETTINGS = {
    "IPKernelApp": {
        # A kernel that ends is interrupted first, and would report that as an error.
        "log_level": "CRITICAL",
        "extensions": ["gsyf_lib.publish.forget"],
    },
    "HistoryManager": {"enabled": False},  # nobody goes back to what a batch has typed
}
PRELOADED = ["gsyf_lib.publish.preload"]
NO_KERNELS = (
    "运行笔记本的程序没有启动（{}），什么也没有生成。请检查内存和磁盘空间后重新运行；"
    "仍然如此的，请运行 make setup 重新安装"
)


def kernel_environment(private: Path) -> dict[str, str]:
    """Return all variables of a kernel.

    Parameters
    ----------
    private : the run's folder. Settings are looked for in an empty home below it; matplotlib keeps
        its list of fonts there, which the first kernel makes for all.
    """
    home = private / "home"
    profile = home / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "ipython_kernel_config.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {
        **passed_on,
        **FIXED,
        **dict.fromkeys(HOMES, str(home)),
        READING: str(private / "reading"),
    }


class Kernels(WarmKernels):
    """The warm kernels of a run, which tell the user in a sentence why there are none."""

    def __enter__(self) -> str:
        """Wait for the imports and return the name of the kernel.

        Raises
        ------
        MachineError
            Their process did not come to its end: killed, or something is not installed.
        """
        try:
            return super().__enter__()
        except PreloadError as error:
            raise MachineError(NO_KERNELS.format(error)) from error


def start_kernels(private: Path) -> Kernels:
    """Start the process that the run's kernels are forked from; it begins to import at once.

    Its folder lies in the run's own, so that the next run sweeps it up if both are killed.

    Raises
    ------
    MachineError
        The system starts no more processes.
    """
    try:
        with temporary_files_in(private):
            return Kernels(PRELOADED, kernel_environment(private))
    except OSError as error:
        raise MachineError(NO_KERNELS.format(reason(error))) from error


@contextmanager
def working_folder(private: Path, data: Path) -> Iterator[Path]:
    """Make an empty folder for a kernel to work in, with the plan's folder in it as ``data``.

    So no path of this machine gets into a notebook, and nothing lying about gets into the run.
    """
    folder = Path(tempfile.mkdtemp(prefix="work-", dir=private))
    try:
        try:
            (folder / "data").symlink_to(data, target_is_directory=True)
        except OSError:  # Windows lets only administrators make links
            shutil.copytree(data, folder / "data")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
