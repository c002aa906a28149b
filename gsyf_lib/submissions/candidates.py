"""Tables as read in; all their figures out, as rows of one frame."""

from collections.abc import Sequence
from sys import intern

import numpy as np
import pandas as pd

from gsyf_lib.submissions.measures import MEASURES
from gsyf_lib.submissions.read.cells import cell_address
from gsyf_lib.submissions.read.names import Names
from gsyf_lib.submissions.read.table import FIGURE, MISSING, NOTHING, STATES, Table

COLUMNS = ("table", "area", "industry", "year", "measure", "value", "state")


def handed_in(tables: Sequence[Table], names: Names) -> pd.DataFrame:
    """Return every figure in the columns of frames.OBSERVATIONS, without ``first_received_on``.

    A figure handed in several times has several rows.
    """
    # Starting with an empty block lets ``concatenate`` work when there is no table at all.
    none = np.zeros((len(COLUMNS), 0), np.int64)
    blocks = [_block(number, table) for number, table in enumerate(tables)]
    found = dict(zip(COLUMNS, np.concatenate([none, *blocks], axis=1), strict=True))
    sources = [table.source for table in tables]
    received_on = np.array([source.received_on for source in sources], "datetime64[s]")
    return pd.DataFrame(
        {
            "area_code": _text([area.code for area in names.areas_by_code], found["area"]),
            "area": _text([area.name for area in names.areas_by_code], found["area"]),
            "level": _text([area.level for area in names.areas_by_code], found["area"]),
            "industry": _text(names.all_industries, found["industry"]),
            "year": pd.array(found["year"], "Int64"),
            "measure": _text(MEASURES, found["measure"]),
            "value": pd.arrays.IntegerArray(found["value"], found["state"] != FIGURE),
            "state": _text(STATES, found["state"]),
            "received_on": received_on[found["table"]],
            "file": _text([source.file for source in sources], found["table"]),
            "sheet": _text([source.sheet for source in sources], found["table"]),
            "cell": [cell for table in tables for cell in _cells(table)],
        }
    )


def _block(number: int, table: Table) -> np.ndarray:
    """Return the figures of a table as numbers: a row of the array for each of ``COLUMNS``."""
    columns, rows = np.nonzero(_is_handed_in(table))
    measures = np.array([MEASURES.index(measure) for measure in table.columns])
    return np.stack(
        [
            np.full(len(rows), number),
            table.areas[rows],
            table.industries[rows],
            table.years[rows],
            measures[columns],
            table.values[rows, columns],
            table.states[rows, columns],
        ]
    )


def _is_handed_in(table: Table) -> np.ndarray:
    """Return a mask by measure and row; a blank cell is nothing handed in."""
    return ((table.states != NOTHING) & (table.states != MISSING)).T


def _cells(table: Table) -> list[str]:
    """Return the address (``D4``) of every figure, in the order of ``_block``."""
    numbers = np.array([str(row + 1) for row in table.rows.tolist()], object)
    # All files use the same few addresses: ``intern`` keeps each of them once in memory. The
    # letters of a column come from its first cell (``D1``), row numbers are added to them.
    return [
        intern(address)
        for column, is_there in zip(table.columns.values(), _is_handed_in(table), strict=True)
        for address in cell_address(0, column)[:-1] + numbers[is_there]
    ]


def _text(texts: Sequence[str], numbers: np.ndarray) -> pd.Categorical:
    """Return the texts with these numbers as a categorical.

    A whole country has many rows and few texts. The categories are sorted, so that sorting rows by
    them is sorting by text.
    """
    kinds = sorted(set(texts))
    code_of = {text: code for code, text in enumerate(kinds)}
    codes = np.array([code_of[text] for text in texts], np.int64)
    return pd.Categorical.from_codes(codes[numbers], kinds)
