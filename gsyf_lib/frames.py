"""What every frame looks like: its columns in order, their types, meanings and units, and its key.

A module passes its frame through ``conform`` before returning it to others.
"""

from dataclasses import dataclass

import pandas as pd

from gsyf_lib.errors import UsageError

# A bare ratio is a share that came without its two counts. It is kept as a whole number of these
# parts of 1, so that it is compared exactly.
# Two shares of fewer than a million cases each differ by more than one part, if they differ.
RATIO_SCALE = 10**12
# The pandas types. Int64 is the one that can be empty; EXACT holds Decimal, for thresholds.
TEXT, WHOLE, REAL, FLAG, DAY, EXACT = "str", "Int64", "float64", "bool", "datetime64[s]", "object"
# Sorts as the annex or the area codes do, not by the alphabet.
ORDERED = "category"


@dataclass(frozen=True)
class Column:
    """A column; if it is not ``exported``, CSV and JSON files leave it out."""

    name: str
    dtype: str
    meaning: str
    unit: str = ""
    exported: bool = True


@dataclass(frozen=True)
class Contract:
    """The columns of a frame in order; no two rows have the same values in those of ``key``."""

    name: str
    holds: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """The column names in order."""
        return [column.name for column in self.columns]

    def empty(self) -> pd.DataFrame:
        """Return the frame without a row."""
        return conform(pd.DataFrame(columns=self.names), self)


def conform(frame: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    """Return ``frame`` with exactly the contract's columns, dtypes and a unique key.

    Raises
    ------
    ValueError
        A column is missing, a value does not fit its dtype, or a key stands twice.

    Examples
    --------
    >>> conform(pd.DataFrame({"code": ["a"], "name": ["甲"], "aliases": [""]}), DEPARTMENTS).shape
    (1, 3)
    """
    missing = [name for name in contract.names if name not in frame.columns]
    if missing:
        raise ValueError(f"{contract.name}: columns missing: {missing}")
    plain = {c.name: c.dtype for c in contract.columns if c.dtype != ORDERED}
    ordered = {c.name: _ordered(frame[c.name]) for c in contract.columns if c.dtype == ORDERED}
    found = frame[contract.names].astype(plain).assign(**ordered)
    twice = _twice(frame, found, list(contract.key))
    if twice.any():
        first = found.loc[twice, list(contract.key)].iloc[0]
        raise ValueError(f"{contract.name}: key stands twice: {first.to_dict()}")
    return found.reset_index(drop=True)


def _ordered(names: pd.Series) -> pd.Series:
    """Return names as ordered categories, by default in the order in which they appear."""
    if isinstance(names.dtype, pd.CategoricalDtype) and names.cat.ordered:
        return names
    return names.astype(pd.CategoricalDtype(names.unique(), ordered=True))


def _twice(frame: pd.DataFrame, found: pd.DataFrame, key: list[str]) -> "pd.Series[bool]":
    """Tell which rows repeat the key of an earlier one."""
    # ``found`` has these columns as text: categories are compared by their codes, much faster.
    coded = {n: frame[n] for n in key if isinstance(frame[n].dtype, pd.CategoricalDtype)}
    return found[key].assign(**coded).duplicated()


# Columns that several frames share.
_AREA_CODE = Column("area_code", TEXT, "GB/T 2260 code")
_AREA = Column("area", TEXT, "official name")
_LEVEL = Column("level", TEXT, "province, city or county")
_INDUSTRY = Column("industry", TEXT, "name as in Annex 1")
_INDUSTRY_OR_TOTAL = Column("industry", TEXT, "name as in Annex 1, or 重点行业合计")
_AREA_IN_ORDER = Column("area", ORDERED, "official name, by area code")
_INDUSTRY_IN_ORDER = Column("industry", ORDERED, "as in Annex 1; 重点行业合计 last")
_COUNTED = Column(
    "counted", FLAG, "a goal of the plan: not joint, not 重点行业合计", exported=False
)
_INDICATOR = Column("indicator", TEXT, "code of the indicator")
_INDICATOR_OR_JOINT = Column("indicator", TEXT, "code of the indicator, or joint")
_YEAR_JUDGED = Column("year", WHOLE, "year judged")
_YEAR_ABOUT = Column("year", WHOLE, "year the figure is about")
_RECEIVED_ON = Column("received_on", DAY, "day of the dated folder")
_FILE = Column("file", TEXT, "path below the folder of submissions")
_SHEET = Column("sheet", TEXT, "worksheet; empty for CSV")
_CODE = Column("code", TEXT, "English identifier")

# What a plan folder holds: its codes, targets, tasks and duties.
AREAS = Contract(
    "areas",
    "the province, its cities and their counties",
    ("code",),
    (
        Column("code", TEXT, "GB/T 2260 code, six digits"),
        Column("name", TEXT, "official name"),
        Column("aliases", TEXT, "short and former names that mean this area, separated by |"),
        _LEVEL,
        Column("parent", TEXT, "code of the area above; empty for the province"),
    ),
)
TILES = Contract(
    "tiles",
    "where each city stands on the tile map, north at the top; the file may be left out",
    ("row", "column"),
    (
        Column("code", TEXT, "code of the city"),
        Column("row", WHOLE, "row of the grid, counted from the north, from 1"),
        Column("column", WHOLE, "column of the grid, counted from the west, from 1"),
    ),
)
INDUSTRIES = Contract(
    "industries",
    "the industries of Annex 1",
    ("code",),
    (
        _CODE,
        Column("name", TEXT, "name as Annex 1 writes it"),
        Column("aliases", TEXT, "other names accepted in submissions, separated by |"),
    ),
)
DEPARTMENTS = Contract(
    "departments",
    "the departments of the annexes",
    ("code",),
    (
        _CODE,
        Column("name", TEXT, "name as the annexes write it"),
        Column("aliases", TEXT, "other names accepted, separated by |"),
    ),
)
INDICATORS = Contract(
    "indicators",
    "what the goals are about",
    ("code",),
    (
        _CODE,
        Column("name", TEXT, "name in the plan's words"),
        Column("unit", TEXT, "起, 人 or %"),
        Column("numerator", TEXT, "measure counted above the line"),
        Column("denominator", TEXT, "measure below the line; empty for a count"),
        Column("direction", TEXT, "down or up: where the good lies"),
        Column("table", TEXT, "submission table that carries it"),
        Column("definition", TEXT, "what is counted, in Chinese"),
        Column("clause", TEXT, "where the plan says so"),
    ),
)
COLUMNS = Contract(
    "columns",
    "the columns of the four submission tables",
    ("table", "field"),
    (
        Column("table", TEXT, "accidents, pneumoconiosis, training or progress"),
        Column("field", TEXT, "English identifier: a key field or a measure"),
        Column("name", TEXT, "header as the contract writes it"),
        Column("aliases", TEXT, "other headers accepted, separated by |"),
        Column("role", TEXT, "key, measure, optional_key or optional_measure"),
    ),
)
TARGETS = Contract(
    "targets",
    "one row per goal of an industry and year",
    ("year", "industry", "indicator"),
    (
        Column("year", WHOLE, "year the goal is for"),
        _INDUSTRY,
        _INDICATOR,
        Column("rule", TEXT, "below_baseline, decline_at_least, falling or coverage_at_least"),
        Column(
            "threshold", EXACT, "exact decimal; empty for below_baseline and falling", "fraction"
        ),
        Column("baseline_year", WHOLE, "year compared with; empty for coverage"),
        Column("department", TEXT, "responsible department"),
        Column("source", TEXT, "the Annex 1 cell and the Annex 2 goal it was read from"),
    ),
)
TASKS = Contract(
    "tasks",
    "one row per yearly task of Annex 2",
    ("year", "number"),
    (
        Column("year", WHOLE, "year the task is for"),
        Column("number", WHOLE, "its number in Annex 2"),
        Column("text", TEXT, "the task as issued, without the closing mark"),
        Column("kind", TEXT, "what kind of work it is"),
        Column("actors", TEXT, "province, city or both: who has to do it"),
    ),
)
DUTIES = Contract(
    "duties",
    "one row per reporting duty inside the tasks",
    ("task_year", "task_number", "data_year"),
    (
        Column("task_year", WHOLE, "year of the task"),
        Column("task_number", WHOLE, "its number in Annex 2"),
        Column("from_department", TEXT, "who hands in, as the clause says"),
        Column("to_department", TEXT, "who receives, as the clause says"),
        Column("items", TEXT, "codes of the indicators owed, separated by |"),
        Column("data_year", WHOLE, "year the figures are about"),
        Column("due", DAY, "last day in time (month end)"),
    ),
)
# What comes from submissions.
OBSERVATIONS = Contract(
    "observations",
    "one row per figure in force",
    ("area_code", "industry", "year", "measure"),
    (
        _AREA_CODE,
        _AREA,
        _LEVEL,
        _INDUSTRY,
        _YEAR_ABOUT,
        Column("measure", TEXT, "what is counted, see columns.csv"),
        Column("value", WHOLE, "the figure; empty unless state is figure", "cases or persons"),
        Column("state", TEXT, "figure, absent (无此行业) or withheld (by a finding)"),
        _RECEIVED_ON,
        Column("first_received_on", DAY, "day this figure first came in rightly"),
        _FILE,
        _SHEET,
        Column("cell", TEXT, "cell address as a spreadsheet shows it"),
    ),
)
PROGRESS = Contract(
    "progress",
    "one row per area and task: how far it is",
    ("area_code", "year", "number"),
    (
        _AREA_CODE,
        _AREA,
        Column("year", WHOLE, "year of the task"),
        Column("number", WHOLE, "its number in Annex 2"),
        Column("state", TEXT, "done, under_way or not_done"),
        Column("completed_on", DAY, "day of completion; empty unless done"),
        _RECEIVED_ON,
        _FILE,
        _SHEET,
        Column("cell", TEXT, "cell of the state"),
    ),
)
FINDINGS = Contract(
    "findings",
    "one row per fault or oddity found in submissions",
    (),
    (
        Column("severity", TEXT, "error, warning or info"),
        Column("code", TEXT, "kind of finding, lower-case kebab"),
        _FILE,
        _SHEET,
        Column("cell", TEXT, "cell address; empty if it is about more than one cell"),
        Column("area", TEXT, "official name, where known"),
        Column("industry", TEXT, "name as in Annex 1, where known"),
        Column("year", WHOLE, "year of the figure, where known"),
        Column("measure", TEXT, "measure touched, where known"),
        Column("message", TEXT, "where, what, why, and what to do, in Chinese"),
    ),
)
FAULTY = Contract(
    "faulty",
    "one row per figure that came, but with an error, and of which none is in force",
    ("area_code", "industry", "year", "measure"),
    (
        _AREA_CODE,
        _AREA,
        _INDUSTRY,
        _YEAR_ABOUT,
        Column("measure", TEXT, "what is counted"),
        Column("code", TEXT, "code of the finding, of severity error"),
        _RECEIVED_ON,
        _FILE,
        _SHEET,
        Column("cell", TEXT, "cell address; empty if the error is about more than one cell"),
    ),
)
REVISIONS = Contract(
    "revisions",
    "one row per figure that a later folder changed",
    (),
    (
        _AREA_CODE,
        _AREA,
        _INDUSTRY,
        _YEAR_ABOUT,
        Column("measure", TEXT, "what is counted"),
        Column("old_value", WHOLE, "value before; empty if 无此行业", "cases or persons"),
        Column("new_value", WHOLE, "value after; empty if 无此行业", "cases or persons"),
        Column("old_file", TEXT, "file of the old value"),
        Column("old_cell", TEXT, "its cell"),
        Column("file", TEXT, "file of the new value"),
        Column("cell", TEXT, "its cell"),
        Column("received_on", DAY, "day the new value was received"),
    ),
)
# What changed: verdicts and figures, by revisions, from day to day, by other readings.
CHANGES = Contract(
    "changes",
    "one row per verdict that the revisions of a day changed",
    ("area_code", "industry", "indicator", "year", "received_on"),
    (
        _AREA_CODE,
        _AREA,
        _INDUSTRY_OR_TOTAL,
        _INDICATOR_OR_JOINT,
        _YEAR_JUDGED,
        Column("old_status", TEXT, "status with the figures before"),
        Column("new_status", TEXT, "status with the figures after"),
        Column("received_on", DAY, "day the revisions were received"),
    ),
)
READING_CHANGES = Contract(
    "reading_changes",
    "one row per verdict that another reading of a clause would change",
    ("area_code", "industry", "indicator", "year", "reading", "alternative"),
    (
        _AREA_CODE,
        _AREA,
        _INDUSTRY_OR_TOTAL,
        _INDICATOR_OR_JOINT,
        _YEAR_JUDGED,
        Column("reading", TEXT, "switch of plan.toml, all others as they are"),
        Column("in_force", TEXT, "its value in plan.toml"),
        Column("alternative", TEXT, "the other value"),
        Column("old_status", TEXT, "status under the reading in force"),
        Column("new_status", TEXT, "status under the other reading"),
        Column("old_reason", TEXT, "its reason under the reading in force"),
        Column("new_reason", TEXT, "its reason under the other reading"),
        Column("old_margin", WHOLE, "margin under the reading in force", "cases or persons"),
        Column("new_margin", WHOLE, "margin under the other reading", "cases or persons"),
    ),
)
RESULT_CHANGES = Contract(
    "result_changes",
    "one row per result of a year that was another on an earlier day",
    ("area_code", "industry", "indicator", "year"),
    (
        _AREA_CODE,
        _AREA,
        _INDUSTRY_OR_TOTAL,
        _INDICATOR_OR_JOINT,
        _YEAR_JUDGED,
        Column("old_status", TEXT, "status on the earlier day"),
        Column("new_status", TEXT, "status on the later day"),
        Column("old_value", REAL, "value on the earlier day", "cases, persons or fraction"),
        Column("new_value", REAL, "value on the later day", "cases, persons or fraction"),
        Column("old_margin", WHOLE, "margin on the earlier day", "cases or persons"),
        Column("new_margin", WHOLE, "margin on the later day", "cases or persons"),
        Column("old_baseline_year", WHOLE, "year compared with on the earlier day"),
        Column("new_baseline_year", WHOLE, "year compared with on the later day"),
        Column("old_baseline", REAL, "its value on the earlier day", "cases, persons or fraction"),
        Column("new_baseline", REAL, "its value on the later day", "cases, persons or fraction"),
        Column("old_reason", TEXT, "reason on the earlier day"),
        Column("new_reason", TEXT, "reason on the later day"),
    ),
)
FIGURE_CHANGES = Contract(
    "figure_changes",
    "one row per figure that was another, or not there, on an earlier day",
    ("area_code", "industry", "year", "measure"),
    (
        _AREA_CODE,
        _AREA,
        _INDUSTRY,
        _YEAR_ABOUT,
        Column("measure", TEXT, "what is counted"),
        Column("change", TEXT, "first (handed in), revised, mended (no longer withheld), withheld"),
        Column("old_value", WHOLE, "figure on the earlier day", "cases or persons"),
        Column("new_value", WHOLE, "figure on the later day", "cases or persons"),
        Column("old_state", TEXT, "figure, absent or withheld; empty if not handed in"),
        Column("new_state", TEXT, "figure, absent or withheld"),
        Column("file", TEXT, "file of the later day's figure"),
        Column("cell", TEXT, "its cell"),
    ),
)
SOURCES = Contract(
    "sources",
    "one row per file that was read",
    ("file",),
    (
        _FILE,
        _RECEIVED_ON,
        Column("sha256", TEXT, "hash of the file's bytes"),
        Column("areas", TEXT, "codes of the areas it holds figures of, separated by |"),
        Column("figures", WHOLE, "figures read from it"),
    ),
)
# Indicators, before they are judged. A count has denominator 1, so that all are handled alike.
VALUES = Contract(
    "values",
    "one row per area, industry, indicator and year with a figure",
    ("area_code", "industry", "indicator", "year"),
    (
        _AREA_CODE,
        _INDUSTRY_OR_TOTAL,
        _INDICATOR,
        _YEAR_ABOUT,
        Column(
            "numerator",
            WHOLE,
            "count, or what stands above the line; like the denominator empty unless known",
            "cases or persons",
        ),
        Column(
            "denominator",
            WHOLE,
            "what stands below the line; 1 for a count, 10¹² for a bare ratio",
        ),
        Column("state", TEXT, "figure, absent, withheld, incomplete or bare"),
        Column("provisional", FLAG, "received before 31 January of the next year"),
        Column("basis", TEXT, "submitted, or sum (of the cities)"),
    ),
)
RECEIPTS = Contract(
    "receipts",
    "one row per area, department and table owed for a year",
    ("area_code", "data_year", "department", "table"),
    (
        _AREA_CODE,
        _AREA,
        Column("data_year", WHOLE, "year the figures are about"),
        Column("department", TEXT, "who owes them"),
        Column("table", TEXT, "accidents, pneumoconiosis or training"),
        Column("due", DAY, "last day in time"),
        Column("expected", WHOLE, "industries owed", "industries"),
        Column("received", WHOLE, "industries complete, 无此行业 included", "industries"),
        Column("received_on", DAY, "day the last of them came in; empty unless complete"),
        Column(
            "state",
            TEXT,
            "on_time, late; faulty: all came, some with an error; partial: some did not come; "
            "missing or not_due",
        ),
        Column("faulty", TEXT, "industries not complete that came with an error, separated by |"),
        Column("faulty_on", DAY, "day the last of them came"),
        Column("fault_codes", TEXT, "codes of these errors, separated by |"),
        Column("fault_cells", TEXT, "cells of these errors, separated by |"),
        Column("days_late", WHOLE, "days after the due day; empty unless late", "days"),
    ),
)
# The verdicts: the frame that most pages are made from.
RESULTS = Contract(
    "results",
    "one row per area and target of the year, and the total and joint rows beside them",
    ("area_code", "industry", "indicator", "year"),
    (
        _AREA_CODE,
        _AREA_IN_ORDER,
        _LEVEL,
        _INDUSTRY_IN_ORDER,
        _INDICATOR_OR_JOINT,
        _YEAR_JUDGED,
        Column("baseline_year", WHOLE, "year compared with; empty for coverage"),
        Column("baseline", REAL, "value of that year", "cases, persons or fraction"),
        Column("value", REAL, "value of the year judged", "cases, persons or fraction"),
        Column("numerator", WHOLE, "count, or what stands above the line", "cases or persons"),
        Column("denominator", WHOLE, "below the line; empty for a count", "cases or persons"),
        Column("decline", REAL, "(baseline - value) / baseline, positive = fewer", "fraction"),
        Column("rule", TEXT, "rule of the target"),
        Column("threshold", REAL, "threshold of the target", "fraction"),
        Column(
            "allowed", WHOLE, "largest count (fewest trained) that meets it", "cases or persons"
        ),
        Column("margin", WHOLE, "to spare; negative = how many short", "cases or persons"),
        Column("status", TEXT, "met, missed, not_reported, undefined or not_applicable"),
        Column("reason", TEXT, "why, as codes joined by |; empty for a plain comparison"),
        Column("interval_low", REAL, "95 % interval of the decline or change", "fraction"),
        Column("interval_high", REAL, "its upper end", "fraction"),
        Column("luck", REAL, "chance that an unchanged area meets it", "probability"),
        Column("outlook", TEXT, "early warning, never part of the verdict"),
        Column("projected", REAL, "its projection for the last year"),
        Column("department", TEXT, "responsible department"),
        Column("provisional", FLAG, "a figure used may still be corrected"),
        Column(
            "compared",
            TEXT,
            "years a share is compared with, as 2024:12/90|2019:9/60; a bare ratio as 2024:0.15",
        ),
        _COUNTED,
    ),
)
CONTRIBUTIONS = Contract(
    "contributions",
    "one row per city and industry, and their sums: what made the province's change, in cases",
    ("indicator", "industry", "part", "area_code"),
    (
        Column("indicator", TEXT, "accidents or casualties"),
        _INDUSTRY_OR_TOTAL,
        Column(
            "part",
            TEXT,
            "city; cities (their sum); difference (province less cities); province, as judged",
        ),
        Column("area_code", TEXT, "GB/T 2260 code; the province's unless part is city"),
        _AREA,
        Column("baseline_year", WHOLE, "year compared with"),
        Column("year", WHOLE, "year the change leads to"),
        Column("baseline", WHOLE, "figure of the baseline year; empty if none", "cases or persons"),
        Column("value", WHOLE, "figure of the year; empty if none", "cases or persons"),
        Column("change", WHOLE, "value - baseline, negative = fewer", "cases or persons"),
        Column("state", TEXT, "figure, absent, missing, or partial: a sum of what there is"),
        Column("missing", WHOLE, "figures of a city and industry left out for want of a year"),
    ),
)
FUNNEL = Contract(
    "funnel",
    "one row per city and industry: its accidents beside those of the other cities",
    ("industry", "area_code", "year"),
    (
        _AREA_CODE,
        _AREA,
        _INDUSTRY_OR_TOTAL,
        Column("baseline_year", WHOLE, "year compared with"),
        Column("year", WHOLE, "year compared"),
        Column("baseline", WHOLE, "accidents of the baseline year; empty if none known", "cases"),
        Column("value", WHOLE, "accidents of the year; empty if none known", "cases"),
        Column("cases", WHOLE, "both together; empty unless both are known", "cases"),
        Column("share", REAL, "value / cases; empty without a case", "fraction"),
        Column("others", REAL, "the same share of all other cities together", "fraction"),
        Column("low", WHOLE, "lowest value that luck explains at 99.8 %", "cases"),
        Column("high", WHOLE, "highest value that luck explains", "cases"),
        Column(
            "goal", REAL, "largest share that meets the target (½: must stay below)", "fraction"
        ),
        Column(
            "position",
            TEXT,
            "inside, below or above; no_cases, no_others; or why there is no figure, as shown",
        ),
        Column("provisional", FLAG, "a figure used may still be corrected"),
    ),
)
OUTLOOK = Contract(
    "outlook",
    "one row per verdict of a year: the early warning beside it, never part of it",
    ("area_code", "industry", "indicator", "year"),
    (
        _AREA_CODE,
        _AREA_IN_ORDER,
        _LEVEL,
        _INDUSTRY_IN_ORDER,
        _INDICATOR,
        _YEAR_JUDGED,
        Column("last_year", WHOLE, "last year of the plan"),
        Column("outlook", TEXT, "achieved, ahead, on_pace or behind; empty if none can be told"),
        Column("value", REAL, "value of the year judged", "cases, persons or fraction"),
        Column("goal", WHOLE, "count that meets the last year's target", "cases or persons"),
        Column("to_go", WHOLE, "still to be fewer, or still to be trained", "cases or persons"),
        Column("pace_needed", REAL, "the same per year left", "cases or persons a year"),
        Column("pace_seen", REAL, "fewer per year since the baseline", "cases or persons a year"),
        Column("projected", REAL, "trend in the last year", "cases, persons or fraction"),
        Column("projected_low", REAL, "95 % interval of the projection", "cases or persons"),
        Column("projected_high", REAL, "its upper end", "cases or persons"),
        Column("note", TEXT, "why something is not said, as a code"),
        _COUNTED,
    ),
)
# All of them: tests and the data dictionary go through this list.
FRAMES = (
    AREAS,
    TILES,
    INDUSTRIES,
    DEPARTMENTS,
    INDICATORS,
    COLUMNS,
    TARGETS,
    TASKS,
    DUTIES,
    OBSERVATIONS,
    OUTLOOK,
    PROGRESS,
    FINDINGS,
    FAULTY,
    REVISIONS,
    CHANGES,
    READING_CHANGES,
    RESULT_CHANGES,
    FIGURE_CHANGES,
    SOURCES,
    VALUES,
    RECEIPTS,
    RESULTS,
    CONTRIBUTIONS,
    FUNNEL,
)


def check_observations(observations: pd.DataFrame) -> None:
    """Refuse anything but frames.OBSERVATIONS; the usual mistake is to pass the ``Submissions``.

    Raises
    ------
    UsageError
        It is no frame, or lacks columns.
    """
    columns = getattr(observations, "columns", None)
    if columns is None:
        given = type(observations).__name__
        raise UsageError(f"应给数据表 submissions.observations，不能是{given}")
    if missing := [name for name in OBSERVATIONS.names if name not in columns]:
        raise UsageError(f"数据表缺少{'、'.join(missing)}列，应为 submissions.observations")
