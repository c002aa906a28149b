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
def read_by_day(example: gs.Submissions) -> dict[object, gs.Submissions]:
    """Return what has been read of the committed data, by the day asked for."""
    return {None: example}


@pytest.fixture
def the_example_is_read_once(
    monkeypatch: pytest.MonkeyPatch, plan: gs.Plan, read_by_day: dict[object, gs.Submissions]
) -> None:
    """Let all who ask for the committed data share what was read of it."""
    load = gs.load_submissions

    def read(asked: gs.Plan, as_of: object = None, incoming: object = None) -> gs.Submissions:
        if asked.folder.resolve() != plan.folder.resolve() or incoming is not None:
            return load(asked, as_of, incoming)
        if as_of not in read_by_day:
            read_by_day[as_of] = load(asked, as_of)
        return read_by_day[as_of]

    for place in ("gsyf_lib", "gsyf_lib.assessment", "gsyf_lib.assessment.changes"):
        monkeypatch.setattr(f"{place}.load_submissions", read)


@pytest.fixture(autouse=True)
def examples_of_docstrings_share_it(request: pytest.FixtureRequest) -> None:
    """Let the examples of all docstrings read the committed data once."""
    if isinstance(request.node, pytest.DoctestItem):
        request.getfixturevalue("the_example_is_read_once")


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
