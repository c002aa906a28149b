"""What a figure of coverage draws: its lines, what they say, and the table behind them."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from gsyf_lib import words
from gsyf_lib.blocks import Table
from gsyf_lib.figures import phrases
from gsyf_lib.figures.data import data_table, goal_line
from gsyf_lib.figures.rows import by_year

__all__ = ["KINDS", "Line", "alt_line", "coverage_data", "found_words", "lines_of", "tally_words"]

KINDS = ("safety_training_coverage", "health_training_coverage")


@dataclass(frozen=True, eq=False)
class Line:
    """The coverage of one industry: its rows of all target years, by year."""

    industry: str
    rows: pd.DataFrame
    year: int

    @cached_property
    def now(self) -> pd.Series:
        """The row of the last year drawn."""
        return self.rows.loc[self.year]

    @cached_property
    def points(self) -> dict[int, float]:
        """The coverage by year as a fraction."""
        drawn = self.rows[(self.rows["year"] <= self.year) & self.rows["value"].notna()]
        return dict(drawn["value"].items())


def lines_of(rows: pd.DataFrame, year: int) -> list[Line]:
    """Return one line per industry, in the order of the rows."""
    return [
        Line(industry, by_year(rows[rows["industry"] == industry]), year)
        for industry in rows["industry"].unique()
    ]


def found_words(rows: pd.DataFrame, year: int) -> str:
    """Return how many goals of the year are met, by kind of training."""
    now = rows[rows["year"] == year]
    return "；".join(
        f"{words.INDICATORS[kind]}{phrases.tally(words.shown_statuses(goals))}"
        for kind, goals in ((kind, now[now["indicator"] == kind]) for kind in KINDS)
        if len(goals)
    )


def coverage_data(rows: pd.DataFrame, year: int, caption: str) -> Table | None:
    """Return every figure drawn; the area is named where there are several."""
    several = rows["area"].nunique() > 1
    lines = [
        {"地区": row["area"]} | {"行业": row["industry"]} | goal_line(row)
        if several
        else {"行业": row["industry"]} | goal_line(row)
        for _, row in rows[rows["year"] <= year].iterrows()
    ]
    return data_table(lines, caption)


def tally_words(lines: list[Line]) -> str:
    """Return how many of the goals that apply are met."""
    statuses = [words.shown_status(line.now) for line in lines]
    known = [status for status in statuses if status != "not_applicable"]
    if len(set(known)) == 1 and known[0] not in ("met", "missed"):
        return words.STATUSES[known[0]]
    return f"{len(known)}项中{known.count('met')}项达标"


def alt_line(line: Line) -> str:
    """Return the coverage of an industry and its verdict, in the last year drawn."""
    shown, word = phrases.coverage(line.now), words.status_word(line.now)
    return f"{line.industry}{shown}" + (f"（{word}）" if shown != word else "")
