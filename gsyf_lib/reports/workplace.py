"""What notebooks of a batch run in: few variables, an empty folder, all that they need imported."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gsyf_lib.processes.files import READING
from gsyf_lib.processes.prepared import Prepared

# What a system needs to start a program. Nothing of the user's: no secret, no locale, no time zone
# and no search path gets into a notebook.
PASSED_ON = ("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "TEMP", "TMP")
FIXED = {
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONNOUSERSITE": "1",
    "PYTHONUTF8": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # Read when matplotlib is imported; with it pyplot shows its figures below the cell.
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}
HOMES = ("HOME", "USERPROFILE", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "XDG_CONFIG_HOME")


def prepare(private: Path, *more: str) -> Prepared:
    """Start the process in which a run's notebooks are run; it begins to import at once.

    Parameters
    ----------
    private : the run's folder
    more : names of what else it imports

    Raises
    ------
    MachineError
        The system starts no more processes.
    """
    return Prepared(["gsyf_lib.reports.preload", *more], notebook_environment(private), private)


def notebook_environment(private: Path) -> dict[str, str]:
    """Return all variables that notebooks see.

    Parameters
    ----------
    private : the run's folder. Settings are looked for in an empty home below it; matplotlib keeps
        its list of fonts there.
    """
    home = private / "home"
    home.mkdir(exist_ok=True)
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {
        **passed_on,
        **FIXED,
        **dict.fromkeys(HOMES, str(home)),
        READING: str(private / "reading"),
    }


@contextmanager
def working_folder(private: Path, data: Path) -> Iterator[Path]:
    """Make an empty folder for a notebook to work in, with the plan's folder in it as ``data``.

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
