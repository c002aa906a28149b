"""The surroundings of a batch's notebooks: their environment variables, working folder and process.

They are the same on every machine, so that notebooks give the same results everywhere.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gsyf_lib.processes.files import READING
from gsyf_lib.processes.prepared import Prepared

# What a system needs to start a program. Everything else of the user's stays outside: secrets, the
# locale, the time zone, Python's search path.
PASSED_ON = ("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "TEMP", "TMP")
FIXED = {
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONNOUSERSITE": "1",
    "PYTHONUTF8": "1",
    # Each core makes a page of its own: more threads would only be in each other's way.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # With this backend pyplot shows its figures below the cell. matplotlib reads it when imported.
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}
# Where programs look for the settings of a user.
HOMES = ("HOME", "USERPROFILE", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "XDG_CONFIG_HOME")


def prepare(private: Path, *more: str) -> Prepared:
    """Start the process that runs a run's notebooks; it begins to import at once, ``more``, too."""
    return Prepared(["gsyf_lib.reports.preload", *more], notebook_environment(private), private)


def notebook_environment(private: Path) -> dict[str, str]:
    """Return all environment variables that notebooks see."""
    # An empty folder: programs find no settings there, and matplotlib keeps its fonts' list in it.
    home = private / "home"
    home.mkdir(exist_ok=True)
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    homes = dict.fromkeys(HOMES, str(home))
    return {**passed_on, **FIXED, **homes, READING: str(private / "reading")}


@contextmanager
def working_folder(private: Path, data: Path) -> Iterator[Path]:
    """Make a working folder for a notebook, with nothing in it but the plan's folder as ``data``.

    By that name notebooks find the plan without any path of this machine.
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
