"""What a figure of declines draws: its panels, their goals, and the sentence about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from gsyf_lib import words
from gsyf_lib.figures import phrases
from gsyf_lib.figures.rows import area_rows, by_year, year_drawn
from gsyf_lib.figures.style import TOTAL_COLOR, industry_color
from gsyf_lib.indicators import COUNTS, TOTAL

__all__ = ["SHORT", "Goal", "Panel", "alt_text", "panels_of"]

SHORT = {"accidents": "事故", "casualties": "伤亡"}


@dataclass(frozen=True)
class Goal:
    """One count of one panel: its rows of all target years, by year, and the last one drawn."""

    indicator: str
    rows: pd.DataFrame
    year: int

    @cached_property
    def now(self) -> pd.Series:
        """The row of the last year drawn."""
        return self.rows.loc[self.year]

    @cached_property
    def changes(self) -> dict[int, float]:
        """The change by year as a fraction, negative = fewer; the baseline year is 0."""
        drawn = self.rows[(self.rows["year"] <= self.year) & self.rows["decline"].notna()]
        changes = {year: 0.0 - decline for year, decline in drawn["decline"].items()}
        return {int(self.now["baseline_year"]): 0.0, **changes} if changes else {}

    @cached_property
    def provisional(self) -> list[int]:
        """The years whose figures may still be corrected."""
        return list(self.rows.index[self.rows["provisional"]])


@dataclass(frozen=True)
class Panel:
    """One panel: its name, its colour, and its goals by indicator."""

    name: str
    color: str
    goals: Mapping[str, Goal]

    @cached_property
    def main(self) -> Goal:
        """The goal whose milestones and intervals are drawn."""
        return next(iter(self.goals.values()))


def panels_of(results: pd.DataFrame, area: str | None, year: int | None) -> list[Panel]:
    """Return one panel per industry of an area, or per area with 重点行业合计.

    Raises
    ------
    UsageError
        The area or the year is not in the results.
    """
    counts = results[results["indicator"].isin(COUNTS)]
    if area is None:
        rows = counts[(counts["industry"] == TOTAL) & (counts["level"] != "county")]
        by, colors = "area", dict.fromkeys(rows["area"], TOTAL_COLOR)
    else:
        rows = area_rows(counts, area, COUNTS)
        rows = rows[rows["industry"] != TOTAL]
        by, colors = "industry", {name: industry_color(name) for name in rows["industry"]}
    last = year_drawn(rows, year)
    return [
        Panel(name, color, _goals(rows[rows[by] == name], last)) for name, color in colors.items()
    ]


def _goals(rows: pd.DataFrame, year: int) -> dict[str, Goal]:
    return {
        indicator: Goal(indicator, by_year(rows[rows["indicator"] == indicator]), year)
        for indicator in COUNTS
        if (rows["indicator"] == indicator).any()
    }


def alt_text(panels: Sequence[Panel], areas: str | None) -> str:
    """Return what the figure says: how many targets are met, then every change.

    Parameters
    ----------
    panels : as drawn
    areas : whose they are in words; None: one area's
    """
    now = panels[0].main.now
    what = f"{areas}{TOTAL}" if areas else f"{now['area']}各行业"
    found = "；".join(
        words.INDICATORS[indicator] + phrases.tally(_drawn(panels, indicator))
        for indicator in panels[0].goals
    )
    told = "；".join(panel.name + _alt_goals(panel) for panel in panels)
    return f"{words.years_compared(now)}，{what}{found}。{told}。"


def _drawn(panels: Sequence[Panel], indicator: str) -> pd.DataFrame:
    return pd.DataFrame([panel.goals[indicator].now for panel in panels])


def _alt_goals(panel: Panel) -> str:
    if all(goal.now["status"] == "not_applicable" for goal in panel.goals.values()):
        return phrases.no_line(panel.main.now)
    return "，".join(
        SHORT[indicator] + phrases.change_phrase(goal.now)
        for indicator, goal in panel.goals.items()
    )
