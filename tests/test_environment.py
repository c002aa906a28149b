"""Three ways to set up, one list of packages: pyproject, environment.yml, requirements.lock."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
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


def test_conda_installs_the_same_packages_with_the_same_lower_bounds(conda):
    python = f"python{PROJECT['requires-python']}"
    assert sorted(conda) == sorted([*WANTED, *OWN, python])


def test_the_lock_holds_every_package_the_project_names():
    names = {re.split(r"[<>=~! \[;]", package)[0].lower() for package in WANTED}
    assert names <= set(locked())


def test_the_lock_holds_a_version_and_a_hash_of_every_package():
    for name, entry in locked().items():
        assert re.match(rf"{re.escape(name)}==\d", entry), name
        assert "--hash=sha256:" in entry, name


def test_the_lock_names_no_host_and_no_path():
    foreign = re.findall(r".*(?:://|@|--index|--find-links|file:|\s/|\\\w).*", LOCK)
    assert not foreign
