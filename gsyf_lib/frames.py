"""What every frame looks like: its columns in order, their types, meanings and units, and its key.

``frames.toml`` holds them. A module passes its frame through ``conform`` before returning it.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from gsyf_lib.errors import UsageError

# A bare ratio is a share that came without its two counts. It is kept as a whole number of these
# parts of 1, so that it is compared exactly.
# Two shares of fewer than a million cases each differ by more than one part, if they differ.
RATIO_SCALE = 10**12
# Thresholds have at most four decimals: counted in these parts of 1 they are whole numbers, and no
# rounding of floats decides.
THRESHOLD_SCALE = 10_000
# The pandas types, as the head of ``frames.toml`` explains them.
TEXT, WHOLE, REAL, FLAG, DAY = "str", "Int64", "float64", "bool", "datetime64[s]"
EXACT, ORDERED = "object", "category"


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
    """Return ``frame`` with exactly the contract's columns and types; ValueError if it cannot be.

    A column may be missing, a value not fit its type, or a key stand twice.
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


def _contract(name: str, holds: str, key: list[str], columns: dict[str, Any]) -> Contract:
    """Return a table of ``frames.toml``; a column that is only named is one of its ``shared``."""
    declared = {
        n: _SHARED[column] if isinstance(column, str) else column for n, column in columns.items()
    }
    return Contract(name, holds, tuple(key), tuple(Column(n, *c) for n, c in declared.items()))


_TABLES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_SHARED = _TABLES.pop("shared")
_BY_NAME = {name: _contract(name, **table) for name, table in _TABLES.items()}
# All of them: tests and the data dictionary go through this list.
FRAMES = tuple(_BY_NAME.values())
AREAS = _BY_NAME["areas"]
TILES = _BY_NAME["tiles"]
INDUSTRIES = _BY_NAME["industries"]
DEPARTMENTS = _BY_NAME["departments"]
INDICATORS = _BY_NAME["indicators"]
COLUMNS = _BY_NAME["columns"]
TARGETS = _BY_NAME["targets"]
TASKS = _BY_NAME["tasks"]
DUTIES = _BY_NAME["duties"]
OBSERVATIONS = _BY_NAME["observations"]
PROGRESS = _BY_NAME["progress"]
FINDINGS = _BY_NAME["findings"]
FAULTY = _BY_NAME["faulty"]
REVISIONS = _BY_NAME["revisions"]
CHANGES = _BY_NAME["changes"]
READING_CHANGES = _BY_NAME["reading_changes"]
RESULT_CHANGES = _BY_NAME["result_changes"]
FIGURE_CHANGES = _BY_NAME["figure_changes"]
SOURCES = _BY_NAME["sources"]
VALUES = _BY_NAME["values"]
RECEIPTS = _BY_NAME["receipts"]
RESULTS = _BY_NAME["results"]
CONTRIBUTIONS = _BY_NAME["contributions"]
FUNNEL = _BY_NAME["funnel"]
TREND = _BY_NAME["trend"]
OUTLOOK = _BY_NAME["outlook"]


def check_observations(observations: pd.DataFrame) -> None:
    """Refuse anything but frames.OBSERVATIONS; the usual mistake is to pass the ``Submissions``."""
    columns = getattr(observations, "columns", None)
    if columns is None:
        given = type(observations).__name__
        raise UsageError(f"应给数据表 submissions.observations，不能是{given}")
    if missing := [name for name in OBSERVATIONS.names if name not in columns]:
        raise UsageError(f"数据表缺少{'、'.join(missing)}列，应为 submissions.observations")
