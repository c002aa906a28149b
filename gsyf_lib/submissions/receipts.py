"""Duties of Annex 2 and figures in force in; receipts out: on time, late, in part or not at all."""

import numpy as np
import pandas as pd

from gsyf_lib import frames
from gsyf_lib.frames import check_observations
from gsyf_lib.plan import Plan, figures_owed
from gsyf_lib.submissions.measures import GOOD, KEY, RATIO, SHARE_COUNTS

# Which receipt: an area's table for a year, from the department that owes it.
RECEIPT_KEY = ["area_code", "area", "data_year", "department", "table"]
# np.select picks a number and STATES turns it into its word: words picked directly would be in
# memory once for each row.
STATES = np.array(["on_time", "late", "faulty", "partial", "missing", "not_due"], object)


def receipt_states(
    plan: Plan, observations: pd.DataFrame, as_of: pd.Timestamp, faulty: pd.DataFrame
) -> pd.DataFrame:
    """Return frames.RECEIPTS: what was received by a day of what every area and department owes.

    The province and its cities each owe every table (reading 18). What came with an error
    (``faulty``) was received, though it is not used.
    """
    check_observations(observations)
    industries = _industries(plan, observations)
    rows = industries.groupby([*RECEIPT_KEY, "due"], sort=False).agg(
        expected=("complete", "size"), received=("complete", "sum"), received_on=("day", "max")
    )
    rows = rows.reset_index().merge(_faults(plan, industries, faulty), on=RECEIPT_KEY, how="left")
    return frames.conform(_with_state(rows, as_of), frames.RECEIPTS)


def lacking(plan: Plan, observations: pd.DataFrame) -> pd.Series:
    """Return the industries not yet received, joined by 、, for each row of the receipts.

    The index is that of ``frames.RECEIPTS``: area, its code, data year, department and table.
    """
    industries = _industries(plan, observations)
    gaps = industries[~industries["complete"]]
    return gaps.groupby(RECEIPT_KEY, sort=False)["industry"].agg("、".join)


def _industries(plan: Plan, observations: pd.DataFrame) -> pd.DataFrame:
    """Return every industry owed by every area: is it complete, and since which day?"""
    areas = plan.areas[plan.areas["level"] != "county"]
    areas = areas[["code", "name"]].set_axis(["area_code", "area"], axis=1)
    grid = areas.merge(figures_owed(plan), how="cross").merge(
        _received(observations),
        left_on=["area_code", "industry", "data_year", "measure"],
        right_on=KEY,
        how="left",
    )
    grid["complete"] = grid["first_received_on"].notna()
    return (
        grid.groupby([*RECEIPT_KEY, "due", "industry"], sort=False)
        .agg(day=("first_received_on", "max"), complete=("complete", "all"))
        .reset_index()
    )


def _received(observations: pd.DataFrame) -> pd.DataFrame:
    """Return when each measure came; a bare ratio stands for both of its counts (reading 11)."""
    good = _with_counts(observations[observations["state"].isin(GOOD)])
    received = good[[*KEY, "first_received_on"]]
    # A count that also came by itself is there twice: the earlier day counts.
    return received.sort_values("first_received_on", kind="stable").drop_duplicates(KEY)


def _with_counts(figures: pd.DataFrame) -> pd.DataFrame:
    """Add to each bare ratio the two counts that it stands for."""
    bare = figures[figures["measure"] == RATIO]
    stand_ins = [bare.assign(measure=name) for name in SHARE_COUNTS]
    return pd.concat([figures, *stand_ins], ignore_index=True)


def _faults(plan: Plan, industries: pd.DataFrame, faulty: pd.DataFrame) -> pd.DataFrame:
    """Return, for each receipt, which of its incomplete industries came with an error."""
    came = (
        figures_owed(plan)
        .merge(
            _with_counts(faulty).rename(columns={"year": "data_year"}),
            on=["industry", "data_year", "measure"],
        )
        .merge(industries.loc[~industries["complete"], [*RECEIPT_KEY, "industry"]])
    )
    return came.groupby(RECEIPT_KEY, as_index=False, sort=False).agg(
        faulty=("industry", _joined),
        faulty_on=("received_on", "max"),
        fault_codes=("code", _joined),
        fault_cells=("cell", _joined),
        faulty_industries=("industry", "nunique"),
    )


def _joined(texts: pd.Series) -> str:
    return "|".join(dict.fromkeys(text for text in texts if text))


def _with_state(rows: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Add ``state`` and ``days_late``; an incomplete table has no day of receipt."""
    texts = ["faulty", "fault_codes", "fault_cells"]
    rows[texts] = rows[texts].fillna("")
    came = rows["received"] + rows.pop("faulty_industries").fillna(0)
    complete = rows["received"] == rows["expected"]
    rows["received_on"] = rows["received_on"].where(complete)
    late = (rows["received_on"] - rows["due"]).dt.days
    in_time, all_came = complete & (late <= 0), came == rows["expected"]
    # In the order of STATES; the first that holds is taken.
    cases = [in_time, complete, all_came, came > 0, as_of > rows["due"]]
    rows["state"] = STATES[np.select(cases, range(len(cases)), len(cases))]
    rows["days_late"] = late.where(rows["state"] == "late").astype("Int64")
    return rows


def still_owed(received: pd.DataFrame) -> pd.DataFrame:
    """Return the tables that have not come whole, due or not, as frames.RECEIPTS.

    What came with an error is not owed any more: it is to be corrected, as its finding says.
    """
    return received[(received["received"] < received["expected"]) & (received["state"] != "faulty")]


def completeness(received: pd.DataFrame, year: int) -> tuple[int, int]:
    """某一数据年度应报的地区中，有几个已报齐，应报的共几个。

    Parameters
    ----------
    received : frames.RECEIPTS，报送情况（``judged.receipts``）
    year : 数据年度，不是报送的年度

    Examples
    --------
    >>> gs.completeness(judged.receipts, 2023)
    (10, 12)
    """
    of_year = received[received["data_year"] == year]
    whole = (of_year["received"] == of_year["expected"]).groupby(of_year["area_code"]).all()
    return int(whole.sum()), len(whole)
