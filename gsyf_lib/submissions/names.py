"""The names a submission may use, and what they stand for in the plan."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

import pandas as pd

from gsyf_lib.plan import Plan, normalise
from gsyf_lib.submissions.findings import listed, shortened

__all__ = ["Area", "Names", "areas_named", "did_you_mean", "plan_names"]

TOTAL_WORDS = ("合计", "总计", "小计", "全市合计", "全省合计", "重点行业合计")
CATEGORIES = {
    "安全生产": "safety",
    "安全生产培训": "safety",
    "职业卫生": "health",
    "职业卫生培训": "health",
}


@dataclass(frozen=True)
class Area:
    """An area as a submission means it."""

    code: str
    name: str
    level: str


@dataclass(frozen=True)
class Names:
    """Everything a row may be called, looked up by its normalised text."""

    areas: dict[str, Area]
    counties: dict[tuple[str, str], Area]
    parents: dict[str, str]
    industries: dict[str, str]
    goals: dict[str, tuple[str, ...]]
    departments: dict[tuple[str, str], str]
    years: tuple[int, ...]
    tasks: frozenset[tuple[int, int]]
    headers: dict[str, dict[str, str]]
    required: dict[str, tuple[str, ...]]

    def goal_industries(self, *indicators: str) -> tuple[str, ...]:
        """Return the industries that have a goal for any of the indicators, in annex order."""
        return tuple(
            dict.fromkeys(name for code in indicators for name in self.goals.get(code, ()))
        )


def plan_names(plan: Plan) -> Names:
    """Gather the names of a plan."""
    upper = plan.areas[plan.areas["level"] != "county"]
    lower = plan.areas[plan.areas["level"] == "county"]
    goals = plan.targets.groupby("indicator", sort=False)["industry"].unique()
    owners = plan.targets.drop_duplicates(["industry", "indicator"])
    return Names(
        areas={word: _area(row) for row in upper.itertuples() for word in _words(row)},
        counties={
            (row.parent, word): _area(row) for row in lower.itertuples() for word in _words(row)
        },
        parents=dict(zip(plan.areas["code"], plan.areas["parent"], strict=True)),
        industries={word: row.name for row in _rows(plan.industries) for word in _words(row)},
        goals={code: tuple(found) for code, found in goals.items()},
        departments={(row.industry, row.indicator): row.department for row in owners.itertuples()},
        years=(plan.baseline_year, *plan.years),
        tasks=frozenset(zip(plan.tasks["year"], plan.tasks["number"], strict=True)),
        headers={
            table: {word: row.field for row in _rows(rows) for word in _words(row)}
            for table, rows in plan.columns.groupby("table", sort=False)
        },
        required={
            table: tuple(rows.loc[rows["role"].isin(["key", "measure"]), "field"])
            for table, rows in plan.columns.groupby("table", sort=False)
        },
    )


def _rows(frame: pd.DataFrame) -> Iterable:
    return frame.itertuples(index=False)


def _words(row: object) -> list[str]:
    aliases = [alias for alias in row.aliases.split("|") if alias]  # type: ignore[attr-defined]
    code = getattr(row, "code", "")
    codes = [code] if code.isdigit() else []
    return [normalise(word) for word in (row.name, *aliases, *codes)]  # type: ignore[attr-defined]


def _area(row: object) -> Area:
    return Area(row.code, row.name, row.level)  # type: ignore[attr-defined]


def areas_named(text: str, names: Names) -> list[Area]:
    """Return the cities that a file name speaks of; the province only where no city is named."""
    found = {
        area.code: area for word, area in names.areas.items() if word in text and not word.isdigit()
    }
    cities = [area for area in found.values() if area.level == "city"]
    return cities or list(found.values())


def did_you_mean(text: str, allowed: Iterable[str]) -> str:
    """Return the closest allowed name as a question, and the names allowed.

    Examples
    --------
    >>> did_you_mean("太愿市", ["太原市", "大同市"])
    '是否为“太原市”？可用：太原市、大同市'
    """
    names = list(allowed)
    close = get_close_matches(shortened(text), names, 1, 0.5)
    question = f"是否为“{close[0]}”？" if close else ""
    return f"{question}可用：{listed(names)}"
