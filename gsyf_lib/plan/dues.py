"""Plan in; out, which figures are owed for which year, by whom and until when (Annex 2)."""

import pandas as pd

from gsyf_lib.plan.plan import Plan


def owed(plan: Plan) -> pd.DataFrame:
    """Return which department owes which figures for which year, and until when.

    One row per data year, table, department, industry and indicator. Accidents and pneumoconiosis
    fall due as ``duties.csv`` says; training falls due with the same year's accidents, from the
    first year with targets on (reading 12).
    """
    # A target is there once for each year of the plan; who owes its figures is always the same.
    tables = plan.indicators.set_index("code")["table"]
    goals = plan.targets.drop_duplicates(["industry", "indicator"])
    goals = goals.assign(table=goals["indicator"].map(tables))
    duties = plan.duties.assign(indicator=plan.duties["items"].str.split("|")).explode("indicator")
    dues = duties[["indicator", "data_year", "due"]].drop_duplicates(["indicator", "data_year"])
    # Annex 2 gives training no date of its own.
    training = goals.loc[goals["table"] == "training", "indicator"].unique()
    same_day = dues[(dues["indicator"] == "accidents") & (dues["data_year"] >= plan.first_year)]
    dues = pd.concat([dues, *(same_day.assign(indicator=code) for code in training)])
    columns = ["table", "department", "industry", "indicator"]
    return goals[columns].merge(dues, on="indicator").reset_index(drop=True)


def figures_owed(plan: Plan) -> pd.DataFrame:
    """Return ``owed`` with a row for each measure that an indicator needs."""
    both = plan.indicators.melt("code", ["numerator", "denominator"], value_name="measure")
    measures = both.loc[both["measure"] != "", ["code", "measure"]]
    return owed(plan).merge(measures.rename(columns={"code": "indicator"}), on="indicator")


def is_due(
    plan: Plan, indicators: pd.Series, years: pd.Series, as_of: pd.Timestamp | None
) -> pd.Series:
    """Return, row by row, whether the due day has passed; before it a figure is not missing.

    Without a day all are due.
    """
    if as_of is None or pd.isna(as_of):
        return pd.Series(True, indicators.index)
    dues = owed(plan).groupby(["indicator", "data_year"])["due"].max()
    asked = pd.MultiIndex.from_arrays([indicators.astype(str), years.astype("int64")])
    return pd.Series(dues.reindex(asked).to_numpy() < as_of, indicators.index)
