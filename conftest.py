"""What the examples of docstrings start from: the example's plan, submissions and results."""

from pathlib import Path
from typing import Any

import pytest

import gsyf_lib as gs


@pytest.fixture(scope="session")
def street() -> dict[str, Any]:
    """Return the names that every notebook has."""
    judged = gs.judge(Path(__file__).parent / "data")
    return {
        "gs": gs,
        "judged": judged,
        "plan": judged.plan,
        "submissions": judged.submissions,
        "history": judged.history,
        "results": judged.results(2023),
    }


@pytest.fixture(autouse=True)
def names_of_examples(
    request: pytest.FixtureRequest, doctest_namespace: dict[str, Any], monkeypatch
) -> None:
    """Give the examples these names, in a folder that has ``data``."""
    if isinstance(request.node, pytest.DoctestItem):
        monkeypatch.chdir(Path(__file__).parent)
        doctest_namespace.update(request.getfixturevalue("street"))
