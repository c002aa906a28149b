"""What tests and the examples of docstrings start from: the example, read and judged once."""

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import gsyf_lib as gs
import gsyf_lib.reports  # before nbformat, whose import then takes a tenth of the time

ROOT = Path(__file__).parent


@pytest.fixture(scope="session")
def plan() -> gs.Plan:
    """Return the committed plan."""
    return gs.load_plan(ROOT / "data")


@pytest.fixture(scope="session")
def example(plan: gs.Plan) -> gs.Submissions:
    """Return the committed example, read."""
    return gs.load_submissions(plan)


@pytest.fixture(scope="session", autouse=True)
def the_example_is_judged_once(plan: gs.Plan, example: gs.Submissions) -> Iterator[None]:
    """Hand a copy to whoever asks again for the same year of the example."""
    assess, known = gs.assess, {}

    @functools.wraps(assess)
    def judged(asked: gs.Plan, observations: pd.DataFrame, *when: Any, **more: Any) -> pd.DataFrame:
        if asked is not plan or observations is not example.observations:
            return assess(asked, observations, *when, **more)
        key = repr((when, more))
        if key not in known:
            known[key] = assess(asked, observations, *when, **more)
        return known[key].copy()

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(gs, "assess", judged)
        yield


@pytest.fixture(scope="session")
def street(plan: gs.Plan, example: gs.Submissions) -> dict[str, Any]:
    """Return the names that every notebook has."""
    judged = gs.JudgedPlan(plan, example)
    return {
        "gs": gs,
        "judged": judged,
        "plan": plan,
        "submissions": example,
        "history": judged.history,
        "results": judged.results(2023),
    }


@pytest.fixture(autouse=True)
def names_of_examples(
    request: pytest.FixtureRequest, doctest_namespace: dict[str, Any], monkeypatch
) -> None:
    """Give the examples these names, in a folder that has ``data``."""
    if isinstance(request.node, pytest.DoctestItem):
        monkeypatch.chdir(ROOT)
        doctest_namespace.update(request.getfixturevalue("street"))
