"""Tables as read in; the figures in force out, with revisions and conflicts."""

from collections.abc import Collection, Sequence
from itertools import groupby
from operator import itemgetter
from sys import intern

import numpy as np
import pandas as pd

from gsyf_lib import frames
from gsyf_lib.plan import Plan
from gsyf_lib.submissions.baselines import accepted, accepts
from gsyf_lib.submissions.findings import Findings, found_at, listed
from gsyf_lib.submissions.measures import GOOD, KEY, MEASURES, in_words, revision, state_and_value
from gsyf_lib.submissions.read.cells import cell_address
from gsyf_lib.submissions.read.names import Names
from gsyf_lib.submissions.read.table import FIGURE, MISSING, NOTHING, STATES, FigureTable
from gsyf_lib.submissions.share_forms import in_one_form

NUMBERED = ("table", "area", "industry", "year", "measure", "value", "state")


def handed_in(tables: Sequence[FigureTable], names: Names) -> pd.DataFrame:
    """Return every figure in the columns of frames.OBSERVATIONS, without ``first_received_on``.

    A figure handed in several times has several rows.
    """
    # Starting with none lets ``concatenate`` work when there is no table at all.
    none = np.zeros((len(NUMBERED), 0), np.int64)
    parts = [_numbers_of(number, table) for number, table in enumerate(tables)]
    found = dict(zip(NUMBERED, np.concatenate([none, *parts], axis=1), strict=True))
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


def _numbers_of(number: int, table: FigureTable) -> np.ndarray:
    """Return the figures of a table as numbers: a row of the array for each of ``NUMBERED``."""
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


def _is_handed_in(table: FigureTable) -> np.ndarray:
    """Return a mask by measure and row; a blank cell is nothing handed in."""
    return ((table.states != NOTHING) & (table.states != MISSING)).T


def _cells(table: FigureTable) -> list[str]:
    """Return the address (``D4``) of every figure, in the order of ``_numbers_of``."""
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


def figures_in_force(
    plan: Plan, candidates: pd.DataFrame, findings: Findings
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return frames.OBSERVATIONS, the figures in force, and frames.REVISIONS.

    A later folder revises an earlier one. Two different values within one folder are a conflict:
    neither is used, and an earlier figure stays in force. A figure of the baseline year is
    frozen: a later one that differs is refused until ``plan.toml`` accepts it by name. A figure
    handed in again unchanged is in force as confirmed last. A figure that was only ever handed in
    wrongly is ``withheld``. Of a share the form that came last is in force (``in_one_form``).
    """
    ordered = candidates.sort_values([*KEY, "received_on", "file", "sheet"], kind="stable")
    ordered = ordered.assign(first_received_on=ordered["received_on"]).reset_index(drop=True)
    # Nearly all figures come once and are in force; only the others are gone through one by one.
    is_in_force = ~ordered.duplicated(KEY, keep=False)
    revisions: list[dict] = []
    records = ordered[~is_in_force].reset_index(names="label").to_dict("records")
    groups = groupby(records, key=itemgetter(*KEY))
    chosen = [_row_in_force(plan, [*group], findings, revisions) for _, group in groups]
    labels = [row["label"] for row in chosen]
    is_in_force[labels] = True
    ordered.loc[labels, "first_received_on"] = [row["first_received_on"] for row in chosen]
    wrong = [row["label"] for row in chosen if row["state"] not in GOOD]
    ordered.loc[wrong, "state"], ordered.loc[wrong, "value"] = "withheld", pd.NA
    in_force = in_one_form(plan, candidates, ordered[is_in_force], revisions, findings)
    return (
        frames.conform(in_force, frames.OBSERVATIONS),
        frames.conform(pd.DataFrame(revisions, columns=frames.REVISIONS.names), frames.REVISIONS),
    )


def _row_in_force(plan: Plan, group: list[dict], findings: Findings, revisions: list[dict]) -> dict:
    """Go through what was handed in for one figure, day by day; return the row in force.

    If none was ever right, that is the last one, ``withheld``.
    """
    current: dict | None = None
    # ``first_received_on``: the day the duty to report was met, however often it was revised since.
    first = None
    for _, day in groupby(group, key=itemgetter("received_on")):
        good = [row for row in day if row["state"] in GOOD]
        if not good:
            continue
        if len({state_and_value(row) for row in good}) > 1:
            said = ((row, in_words(row["value"], row["measure"])) for row in good)
            values = listed(f"《{row['file']}》{row['cell']}为{words}" for row, words in said)
            findings.add(found_at(good[0], "key-conflict.figure", values=values))
            continue
        new = good[0]
        if current is None:
            first = new["received_on"]
        elif state_and_value(current) != state_and_value(new):
            is_frozen = new["year"] == plan.baseline_year
            if is_frozen and not accepts(current, new, accepted(plan, new), findings):
                continue
            revisions.append(revision(current, new))
        current = new
    if current is None:
        return {**group[-1], "state": "withheld"}
    return {**current, "first_received_on": first}


def flag_revisions(
    revisions: pd.DataFrame,
    observations: pd.DataFrame,
    incoming: Collection[str],
    findings: Findings,
) -> None:
    """Add a finding for each figure of the incoming files that replaces one in force."""
    revised = revisions[revisions["file"].isin(incoming)]
    if revised.empty:
        return
    # Revisions do not keep the sheet; the figure in force does.
    sheets = observations.set_index(KEY)["sheet"].to_dict()
    for row in revised.to_dict("records"):
        old, new = (in_words(row[name], row["measure"]) for name in ("old_value", "new_value"))
        row["sheet"] = sheets.get(tuple(row[name] for name in KEY), "")
        findings.add(found_at(row, "figure-revised", old=old, new=new))
