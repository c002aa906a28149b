"""A pytest plugin: measures each test's processor time, and writes the names of the slow ones.

``make test-fast`` leaves them out (``tests/conftest.py``). One whole run rewrites the list::

    python -m pytest -n auto --dist loadfile -p tools.record_slow

Processor time, not time on the clock: the list must not depend on what else a machine does.
"""

import os
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path
from statistics import mean

import pytest

LIST = Path(__file__).parent.parent / "tests" / "slow_tests.txt"
# Reading one folder or judging one year takes longer than this.
SECONDS = 0.12

_measured: dict[str, list[float]] = defaultdict(list)


def list_name(item: pytest.Item) -> str:
    """Return the name of a test in the list, the same for all its parameters.

    Of the module no folder is told, so that it can move to another one.
    """
    return f"{item.path.stem}::{getattr(item, 'originalname', None) or item.name}"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Measure the test itself, with the processes that it waits for; fixtures are shared."""
    before = sum(os.times()[:4])
    try:
        return (yield)
    finally:
        # The properties travel from the test process to the one that writes the list.
        item.user_properties.append((list_name(item), sum(os.times()[:4]) - before))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep what was measured."""
    if report.when == "call":
        for name, seconds in report.user_properties:
            _measured[name].append(seconds)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the list."""
    if not hasattr(session.config, "workerinput"):
        slow = sorted(name for name, seconds in _measured.items() if mean(seconds) > SECONDS)
        LIST.write_text("".join(f"{name}\n" for name in slow), "utf-8")
