"""Areas and targets in; a row for each pair out, by number; figures beside it, names at the end."""

import numpy as np
import pandas as pd

from gsyf_lib.assessment.panel import Panel


def grid(panel: Panel, targets: pd.DataFrame) -> pd.DataFrame:
    """Return a row for every pair of an area of the panel and a target (of ``place_targets``)."""
    areas = len(panel.row_at)
    target = np.tile(np.arange(len(targets)), areas)
    about = targets[["year", "baseline_year", "_goal", "_exact"]].assign(
        _target=targets.index, _strict=targets["rule"] == "below_baseline"
    )
    return (
        about.take(target)
        .assign(_area=np.repeat(np.arange(areas), len(targets)))
        .reset_index(drop=True)
    )


def attach(grid: pd.DataFrame, panel: Panel, years: pd.Series, prefix: str) -> pd.DataFrame:
    """Put the figure of a year beside each row, in columns that begin with ``prefix``."""
    found = panel.figures_at(
        grid["_area"].to_numpy(), grid["_goal"].to_numpy(), years.to_numpy("int64", na_value=-1)
    )
    return grid.assign(**found.set_axis(grid.index).add_prefix(prefix))


def whole(column: pd.Series) -> np.ndarray:
    """Return the counts as int64, with 0 where there is none: mask these before use."""
    return column.fillna(0).astype("int64").to_numpy()


def named(rows: pd.DataFrame, areas: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """Put the names of areas and targets beside the rows of ``judge_places``."""
    place = areas[["code", "name", "level"]].set_axis(["area_code", "area", "level"], axis=1)
    goal = targets[["industry", "indicator", "rule", "threshold", "department"]]
    parts = [_coded(place).take(rows["_area"]), _coded(goal).take(rows["_target"]), rows]
    return pd.concat([part.reset_index(drop=True) for part in parts], axis=1)


def _coded(names: pd.DataFrame) -> pd.DataFrame:
    """Return texts as categories, which cost less to repeat."""
    return names.astype(dict.fromkeys(names.select_dtypes("str"), "category"))
