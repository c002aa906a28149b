"""Where the change since the baseline year comes from: cities and industries, in whole cases."""

from typing import TYPE_CHECKING

import pandas as pd

from gsyf_lib import words
from gsyf_lib.briefing.review import Review
from gsyf_lib.html import Html, table
from gsyf_lib.indicators import COUNTS
from gsyf_lib.notes import contributions_note
from gsyf_lib.tables import contributions_table

if TYPE_CHECKING:
    from gsyf_lib.figures import Figure

__all__ = ["changes", "changes_figure"]

STATES = {"absent": "无此行业", "missing": "未报送", "partial": "不全"}


def changes(review: Review) -> Html:
    """Return which cities and industries made the change; for a city, which industries."""
    if not review.is_province:
        return _of_city(review)
    parts = [
        part
        for indicator in COUNTS
        for part in (
            contributions_note(review.contributions, indicator),
            contributions_table(review.contributions, indicator),
        )
    ]
    return Html("").join(parts)


def changes_figure(review: Review) -> "Figure | Html":
    """Return the province's change as bars; nothing for a city."""
    if not review.is_province:
        return Html("")
    # Only the notebook draws: who makes documents of it needs no matplotlib.
    from gsyf_lib.figures import contributions_figure

    return contributions_figure(review.contributions).printed()


def _of_city(review: Review) -> Html:
    rows = review.contributions
    rows = rows[(rows["part"] == "city") & (rows["area"] == review.area)]
    lines = [
        {"行业": industry}
        | {
            words.INDICATORS[row["indicator"]]: _cell(row)
            for _, row in group.sort_values("indicator").iterrows()
        }
        for industry, group in rows.groupby("industry", sort=False)
    ]
    first = rows.iloc[0]
    caption = f"{review.area}{first['year']}年与{first['baseline_year']}年相比的增减"
    return table(pd.DataFrame(lines), caption=caption, row_header="行业")


def _cell(row: pd.Series) -> str:
    if row["state"] in STATES:
        return STATES[row["state"]]
    unit, change = words.UNITS[row["indicator"]], int(row["change"])
    moved = f"{'增加' if change > 0 else '减少'}{abs(change)}{unit}" if change else "持平"
    return f"{moved}（{int(row['baseline'])}→{int(row['value'])}）"
