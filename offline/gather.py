"""Gathers what an office without internet needs: ``python -m offline.gather`` (make wheelhouse).

For each system a folder: the locked wheels for every Python version, gsyf's own wheel, the list of
their hashes, an installer of two lines, the plan with its example, and the notebooks.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

__all__ = ["gather", "main", "wanted", "without_tools"]

ROOT = Path(__file__).parent.parent
HERE, OUT = ROOT / "offline", ROOT / "dist" / "wheelhouse"
PYTHONS = ("3.11", "3.12", "3.13")
# A condition of the lock may tell one patch release from another.
PATCHES = (0, 99)
# Linux: up to glibc 2.28, which the distributions in offices have.
PLATFORMS = {
    "windows": ["win_amd64"],
    "linux": [
        *(f"manylinux_2_{minor}_x86_64" for minor in range(5, 29)),
        *(f"manylinux{name}_x86_64" for name in (1, 2010, 2014)),
    ],
}
SYSTEMS: Mapping[str, Mapping[str, str]] = {
    "windows": {
        "os_name": "nt",
        "sys_platform": "win32",
        "platform_system": "Windows",
        "platform_machine": "AMD64",
    },
    "linux": {
        "os_name": "posix",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_machine": "x86_64",
    },
}
INSTALLERS = {"windows": "install.bat", "linux": "install.sh"}
NOT_PACKED = shutil.ignore_patterns("submissions", ".*", "__pycache__")


def without_tools(lock: str) -> str:
    """Return the part of a lock that runs gsyf, without the tools that only test it.

    What the tools alone need is what is installed for them here and not for gsyf; a package that
    is not installed here (it is for another system) stays.
    """
    tools = set(needed(Requirement("gsyf[dev]"), set()))
    tools -= set(needed(Requirement("gsyf"), set()))
    kept = [entry for entry in entries(lock) if entry.partition("==")[0] not in tools]
    return "\n".join(kept) + "\n"


def needed(requirement: Requirement, seen: set[tuple[str, str]]) -> Iterator[str]:
    """Yield the names of the installed packages that a requirement leads to."""
    name = canonicalize_name(requirement.name)
    for extra in ("", *requirement.extras):
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        yield name
        for other in map(Requirement, lines_of(name)):
            if other.marker is None or other.marker.evaluate({"extra": extra}):
                yield from needed(other, seen)


def lines_of(name: str) -> list[str]:
    """Return what an installed package says it needs; nothing of one that is not installed."""
    try:
        return requires(name) or []
    except PackageNotFoundError:
        return []


def entries(lock: str) -> list[str]:
    """Return the packages of a lock, each with its condition and hashes."""
    return re.split(r"\n(?=\S)", lock.strip())


def wanted(lock: str, system: str, release: str) -> str:
    """Return the part of a lock that a system and a Python release need, without conditions.

    pip would ask its own system whether a condition holds, not the one it downloads for.
    """
    python = release.rpartition(".")[0]
    versions = {"python_version": python, "python_full_version": release}
    there = {**SYSTEMS[system], **versions}
    kept = []
    for entry in entries(lock):
        pinned, _, hashes = entry.partition(" \\\n")
        name, _, condition = pinned.partition(" ; ")
        if not condition or Marker(condition).evaluate(there):
            kept.append(f"{name} \\\n{hashes}\n")
    return "".join(kept)


def gather(out: Path, systems: Iterable[str] = SYSTEMS, pythons: Iterable[str] = PYTHONS) -> None:
    """Make a folder for each system below ``out``; what was there before goes."""
    refuse_outputs()
    lock = without_tools((ROOT / "requirements.lock").read_text("utf-8"))
    for system in systems:
        folder = out / system
        shutil.rmtree(folder, ignore_errors=True)
        wheels = folder / "wheels"
        wheels.mkdir(parents=True)
        for python in pythons:
            lists = {wanted(lock, system, f"{python}.{n}"): f"{python}.{n}" for n in PATCHES}
            for requirements, release in lists.items():
                download(requirements, system, release, wheels)
        own = own_wheel(wheels)
        requirement = f"gsyf=={own.name.split('-')[1]} \\\n    --hash=sha256:{digest(own)}\n"
        (folder / "requirements.txt").write_text(lock + requirement, "utf-8", newline="\n")
        pack_plan(folder)
        for name in (INSTALLERS[system], "安装说明.txt"):
            shutil.copy(HERE / name, folder)


def refuse_outputs() -> None:
    """Stop if a notebook is stored with outputs: they may hold figures that are not for others."""
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        if any(cell.get("outputs") for cell in cells):
            raise SystemExit(f"{path.name} holds outputs: clear them in JupyterLab and save it")


def download(requirements: str, system: str, release: str, wheels: Path) -> None:
    """Download the wheels for a system and a Python release; pip compares every hash."""
    with tempfile.TemporaryDirectory() as scratch:
        listed = Path(scratch, "requirements.txt")
        listed.write_text(requirements, "utf-8")
        options = ["--no-deps", "--require-hashes", "--only-binary=:all:", "--dest", str(wheels)]
        options += ["--implementation", "cp", "--python-version", release]
        options += [part for name in PLATFORMS[system] for part in ("--platform", name)]
        pip("download", *options, "-r", str(listed))


def own_wheel(wheels: Path) -> Path:
    """Build gsyf's own wheel."""
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(ROOT))
    (built,) = wheels.glob("gsyf-*.whl")
    return built


def pack_plan(folder: Path) -> None:
    """Copy the plan with its example, never a submission, and the notebooks as they are stored."""
    shutil.copytree(ROOT / "data", folder / "data", ignore=NOT_PACKED)
    (folder / "notebooks").mkdir()
    for notebook in sorted((ROOT / "notebooks").glob("*.ipynb")):
        shutil.copy(notebook, folder / "notebooks")


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def pip(*arguments: str) -> None:
    """Run pip; its message and its exit code are ours if it fails."""
    subprocess.run([sys.executable, "-m", "pip", "--quiet", *arguments], check=True)


def main() -> None:
    """Gather everything and tell how large it is."""
    gather(OUT)
    for system in SYSTEMS:
        size = sum(path.stat().st_size for path in (OUT / system).rglob("*") if path.is_file())
        sys.stdout.write(f"{OUT / system}: {size / 1e6:.0f} MB\n")


if __name__ == "__main__":
    main()
