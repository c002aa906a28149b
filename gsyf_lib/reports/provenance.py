"""What makes the pages: hashes of code and notebooks, and the versions of all packages."""

import json
import platform
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from email import message_from_string
from functools import cache
from hashlib import sha256
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from gsyf_lib.errors import PlanError

PACKAGE = Path(__file__).parent.parent
NOTEBOOK_FOLDERS = (PACKAGE.parent / "notebooks", PACKAGE / "notebooks")
NOTEBOOKS = (
    "city_report",
    "province_report",
    "department_report",
    "baseline_declines",
    "coverage_trajectories",
)
SOURCES = (".py", ".j2", ".css", ".js", ".json", ".toml")


@dataclass(frozen=True)
class Makers:
    """What makes pages: hashes of the package and of each notebook, and all packages' versions."""

    code: str
    notebooks: dict[str, str]
    versions: dict[str, str]

    def key(
        self, inputs: Mapping[str, str], as_of: str | None, other_years: Sequence[int] = ()
    ) -> str:
        """Return a hash over everything that a page of a run depends on."""
        made_from = json.dumps([asdict(self), dict(inputs), as_of, [*other_years]], sort_keys=True)
        return sha256(made_from.encode()).hexdigest()


def makers(copies: Path | None = None) -> Makers:
    """Return what makes the pages, with a run's copies of the notebooks or with the originals."""
    paths = {n: copies / f"{n}.ipynb" if copies else notebook_path(n) for n in NOTEBOOKS}
    hashes = {name: sha256(path.read_bytes()).hexdigest() for name, path in paths.items()}
    code = sha256()
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix in SOURCES:
            code.update(f"{path.relative_to(PACKAGE).as_posix()}\n".encode())
            code.update(sha256(path.read_bytes()).digest())
    return Makers(code.hexdigest(), hashes, _versions())


def notebook_path(name: str) -> Path:
    """Return the notebook of that name: beside the package in a checkout, else inside it."""
    for folder in NOTEBOOK_FOLDERS:
        if (folder / f"{name}.ipynb").is_file():
            return folder / f"{name}.ipynb"
    raise PlanError(f"找不到笔记本 {name}.ipynb；请重新安装 gsyf")


def copy_notebooks(into: Path) -> None:
    """Copy the notebooks into a new folder, so that nobody can edit them during the run."""
    into.mkdir()
    for name in NOTEBOOKS:
        shutil.copyfile(notebook_path(name), into / f"{name}.ipynb")


@cache
def _versions() -> dict[str, str]:
    """Return the version of Python and of every package that gsyf needs, and that those need."""
    found = dict(_needed("gsyf", set()))
    if not found:
        raise PlanError("gsyf 没有安装在当前的 Python 环境中；请运行 make setup")
    del found["gsyf"]
    return {"python": platform.python_version(), **dict(sorted(found.items()))}


def _needed(name: str, seen: set[str]) -> Iterator[tuple[str, str]]:
    """Yield the installed packages that a package needs, itself first."""
    name = re.sub(r"[-_.]+", "-", name).lower()  # Foo_Bar and foo-bar are the same (PEP 503)
    if name in seen:
        return
    seen.add(name)
    try:
        version, requires = _version_and_needs(distribution(name))
    except PackageNotFoundError:
        return  # needed on another platform only
    yield name, version
    # A line is like ``pandas>=2; python_version > "3.10"``; optional packages have ``extra ==``.
    for line in requires:
        if "extra ==" not in line:
            yield from _needed(re.split(r"[^\w.-]", line, maxsplit=1)[0], seen)


def _version_and_needs(package: Distribution) -> tuple[str, list[str]]:
    metadata = package.read_text("METADATA")
    if metadata is None:  # an older form of metadata
        return package.version, package.requires or []
    # Only the head: Python would parse the long description below it, too, and twice. That took
    # half the time of a run that finds nothing changed.
    head = message_from_string(metadata.partition("\n\n")[0])
    return head["Version"], head.get_all("Requires-Dist", [])
