"""What the examples of docstrings start from: the example's plan, submissions and results."""

from pathlib import Path
from typing import Any

import pytest

import gsyf_lib as gs


@pytest.fixture(scope="session")
def street() -> dict[str, Any]:
    """Return the names that every notebook has."""
    plan = gs.load_plan(Path(__file__).parent / "data")
    submissions = gs.load_submissions(plan)
    history = gs.assess(plan, submissions.observations)
    results = history[history["year"] == 2023].reset_index(drop=True)
    return {
        "gs": gs, "plan": plan, "submissions": submissions, "history": history, "results": results,
    }  # fmt: skip


@pytest.fixture(autouse=True)
def names_of_examples(
    request: pytest.FixtureRequest, doctest_namespace: dict[str, Any], monkeypatch
) -> None:
    """Give the examples these names, in a folder that has ``data``."""
    if isinstance(request.node, pytest.DoctestItem):
        monkeypatch.chdir(Path(__file__).parent)
        doctest_namespace.update(request.getfixturevalue("street"))
