"""Three ways to set up, one list of packages: pyproject, environment.yml, requirements.lock."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

ROOT = Path(__file__).parent.parent
OURS = ("gsyf_lib", "gsyf_example")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
WANTED = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
OWN = ["pip", "-e ."]


def locked() -> dict[str, str]:
    """Return the text of every package of the lock by its name."""
    entries = re.split(r"\n(?=\S)", LOCK.strip())
    return {re.split(r"[=\s]", entry)[0]: entry for entry in entries}


@pytest.fixture(scope="module")
def conda() -> list[str]:
    listed = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
    by_pip = [package for entry in listed if isinstance(entry, dict) for package in entry["pip"]]
    return [entry for entry in listed if isinstance(entry, str)] + by_pip


def imported() -> set[str]:
    """Return the names of all packages that our own import, at whatever place."""
    found = set()
    for path in (path for name in OURS for path in (ROOT / name).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names) - {*OURS}


def normal(name: str) -> str:
    return re.split(r"[<>=~! \[;]", name)[0].lower().replace("_", "-")


def test_whatever_the_library_imports_is_named_and_not_only_brought_by_another_package():
    optional = [name for extra in PROJECT["optional-dependencies"].values() for name in extra]
    named = {normal(name) for name in [*PROJECT["dependencies"], *optional]}
    brought = packages_distributions()
    unnamed = {name for name in imported() if not named & {normal(d) for d in brought[name]}}
    assert unnamed == set()


def test_conda_installs_the_same_packages_with_the_same_lower_bounds(conda):
    python = f"python{PROJECT['requires-python']}"
    assert sorted(conda) == sorted([*WANTED, *OWN, python])


def test_the_lock_holds_every_package_the_project_names():
    assert {normal(package) for package in WANTED} <= set(locked())


def test_every_version_of_the_lock_is_one_that_the_project_allows():
    allowed = {normal(package): Requirement(package).specifier for package in WANTED}
    for name, version in re.findall(r"^([a-z0-9-]+)==([^ ;]+)", LOCK, re.MULTILINE):
        assert version in allowed.get(name, SpecifierSet()), name


def test_no_lower_bound_admits_a_version_with_an_advisory_that_is_listed():
    text = (ROOT / "docs" / "decisions" / "0003-dependencies.md").read_text("utf-8")
    listed = dict(re.findall(r"^\| (\w+) \| ([0-9.]+) \| .*CVE-", text, re.MULTILINE))
    assert len(listed) == 10
    for extra in (WANTED, [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dask"]]):
        bounds = {re.split("[<>=]", name)[0]: name.partition(">=")[2] for name in extra}
        for name in listed.keys() & bounds.keys():
            assert Version(bounds[name]) >= Version(listed[name]), name
    assert listed.keys() <= {re.split("[<>=]", name)[0] for name in WANTED}


def test_the_lock_holds_a_version_and_a_hash_of_every_package():
    for name, entry in locked().items():
        assert re.match(rf"{re.escape(name)}==\d", entry), name
        assert "--hash=sha256:" in entry, name


def test_the_lock_names_no_host_and_no_path():
    foreign = re.findall(r".*(?:://|@|--index|--find-links|file:|\s/|\\\w).*", LOCK)
    assert not foreign


@pytest.mark.skipif(shutil.which("make") is None, reason="no make here")
def test_the_first_set_up_says_that_it_takes_minutes_and_no_later_one_does(tmp_path):
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)

    def said() -> str:
        command = ["make", "-n", "-C", str(tmp_path), "reports"]
        return subprocess.run(command, capture_output=True, check=True).stdout.decode()

    first = said()
    assert "几分钟" in first
    assert first.index("几分钟") < first.index("pip install")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "ready").touch()
    assert "几分钟" not in said()
