"""What is not met, by how many cases or persons, and who is responsible: the answer as a list."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from gsyf_lib import words
from gsyf_lib.html import STATUSES, Html, anchor, escape, link, named, status_mark

__all__ = ["shortfalls", "tally_bar"]

UNJUDGED = ["not_reported", "undefined"]


def tally_bar(goals: pd.DataFrame) -> Html:
    """Return how many goals have which verdict: by number, word, shape, colour and length.

    Parameters
    ----------
    goals : frames.RESULTS without joint rows and totals
    """
    counts = words.shown_statuses(goals).value_counts()
    found = [(status, counts[status]) for status in words.STATUSES if status in counts]
    # The bar has no text: a twentieth of a telephone is narrower than any word.
    part, item = Html('<span class="{}" style="flex-grow:{}"></span>'), Html("<li><b>{}</b>{}</li>")
    parts = Html("").join(part.format(status, number) for status, number in found)
    items = Html("").join(item.format(number, status_mark(status)) for status, number in found)
    return Html(
        '<div class="tally"><div class="bar" aria-hidden="true">{}</div><ul>{}</ul></div>'
    ).format(parts, items)


def shortfalls(goals: pd.DataFrame, *, by: str = "department") -> Html:
    """Return what is missed, then what cannot be judged, each under who it belongs to.

    Parameters
    ----------
    goals : frames.RESULTS without joint rows and totals
    by : the column that the list is ordered under: department, or area
    """
    missed = goals[goals["status"] == "missed"]
    unjudged = goals[goals["status"].isin(UNJUDGED)]
    if missed.empty and unjudged.empty:
        return Html('<p class="shortfalls-none">各项目标均已达标。</p>')
    return _listed("未达标", missed, by) + _listed("不能判定", unjudged, by)


def _listed(title: str, rows: pd.DataFrame, by: str) -> Html:
    if rows.empty:
        return Html("")
    groups = (
        Html("<div><dt>{}</dt>{}</div>").format(
            named(name), Html("").join(_item(row) for row in group.to_dict("records"))
        )
        for name, group in rows.groupby(by, sort=False)
    )
    return Html('<p class="shortfalls-title">{}{}项{}</p><dl class="shortfalls">{}</dl>').format(
        title, len(rows), _of_levels(rows), Html("").join(groups)
    )


def _of_levels(rows: pd.DataFrame) -> str:
    """Return how many are the province's and how many the cities', where there are both."""
    upper = (rows["level"] == "province").sum()
    return f"（全省{upper}项、各市{len(rows) - upper}项）" if 0 < upper < len(rows) else ""


def _item(row: Mapping[str, Any]) -> Html:
    place = anchor("目标", row["area_code"], row["industry"], row["indicator"])
    status = words.shown_status(row)
    shape = STATUSES[status][1]
    return Html('<dd><span class="shape {}" aria-hidden="true">{}</span>{}{}</dd>').format(
        status, shape, link(words.goal_with_why(row), place), _figures(row)
    )


def _figures(row: Mapping[str, Any]) -> Html:
    """Return the count and the bound it missed, where both can be said."""
    if row["status"] != "missed" or pd.isna(row["allowed"]) or pd.isna(row["numerator"]):
        return Html("")
    unit = words.UNITS[row["indicator"]]
    told = f"实际{row['numerator']}{unit}，{words.allowed_words(row)}可达标"
    if len(words.compared_words(row)) > 1:
        told += f"；{words.share_change_words(row)}"
    return Html(' <span class="note">{}</span>').format(escape(told))
