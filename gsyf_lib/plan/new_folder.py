"""A plan in; a new folder out with the plan's own files and no submissions."""

import shutil
from pathlib import Path
from tempfile import mkdtemp

from gsyf_lib.errors import OutputError, reason
from gsyf_lib.plan.plan import Plan
from gsyf_lib.processes.files import check_new_folder

OWN_FILES = ("plan.toml", "raw/annexes.txt", "targets.csv", "tasks.csv", "duties.csv", "codes")
SUBMISSIONS = "raw/submissions"


def start_plan(plan: Plan, out: Path) -> None:
    """Copy a plan's own files into a new folder, with an empty folder for submissions.

    The example is not copied either, so that no report from the new folder can mix it in.
    The new folder appears whole or not at all.
    """
    check_new_folder(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        # Filled beside its place and renamed at the end: nobody ever sees it half full.
        unfinished = Path(mkdtemp(prefix=f".{out.name}.", suffix=".tmp", dir=out.parent))
        try:
            (unfinished / SUBMISSIONS).mkdir(parents=True)
            for name in OWN_FILES:
                source = plan.folder / name
                copy = shutil.copytree if source.is_dir() else shutil.copyfile
                copy(source, unfinished / name)
            unfinished.chmod(0o755)  # mkdtemp lets nobody else in
            # Windows does not rename onto a folder, not even an empty one.
            if out.exists():
                out.rmdir()
            unfinished.rename(out)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    except OSError as error:
        raise OutputError(
            f"无法建立“{out}”：{reason(error)}。请检查权限，或用 --out 另选"
        ) from error
