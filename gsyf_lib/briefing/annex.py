"""The annexed tables: every verdict, and every fault of the figures."""

import pandas as pd

from gsyf_lib import words
from gsyf_lib.briefing.review import Review
from gsyf_lib.html import Html, status_mark, table
from gsyf_lib.indicators import COUNTS
from gsyf_lib.notes.luck import JUDGED
from gsyf_lib.tables import findings_table
from gsyf_lib.tables.cells import NONE, SHARE, figure_text

__all__ = ["findings", "verdicts_table"]


def verdicts_table(review: Review, indicator: str) -> Html:
    """Return the verdicts on an indicator: of all areas for the province, else of the area.

    Each cell holds the figure or its change, the verdict, and by how much, one under the other; of
    one industry alone they stand side by side.

    Parameters
    ----------
    review : Review
    indicator : code of the indicator, or joint

    Examples
    --------
    >>> review = gs.briefing.load_review(2023, "太原", data="data")
    >>> gs.briefing.verdicts_table(review, "short_exposure_share")
    2022年尘肺病报告比例（目标：低于2021年）
    地区  涉尘行业  结论  富余或差距
    太原市  15.9%，下降2.4个百分点  ✓ 达标  富余1例
    """
    rows = review.results if review.is_province else words.select_area(review.results, review.area)
    rows = rows[rows["indicator"] == indicator]
    industries = list(rows["industry"].unique())
    # One industry alone fills a sheet with thin lines: its cells then stand side by side.
    line = _line if len(industries) > 1 else _wide_line
    frame = pd.DataFrame([line(area, group) for area, group in rows.groupby("area", sort=False)])
    return table(
        frame,
        caption=_caption(rows),
        html=list(frame.columns[1:]),
        classes="matrix",
        row_header="地区",
    )


def _line(area: str, rows: pd.DataFrame) -> dict[str, object]:
    cells = {row["industry"]: Html("<br>").join(_parts(row)) for _, row in rows.iterrows()}
    return {"地区": area, **cells}


def _wide_line(area: str, rows: pd.DataFrame) -> dict[str, object]:
    figure, mark, margin = (*_parts(rows.iloc[0]), NONE, NONE)[:3]
    if mark == NONE:
        figure, mark = NONE, figure
    return {"地区": area, rows["industry"].iloc[0]: figure, "结论": mark, "富余或差距": margin}


def _caption(rows: pd.DataFrame) -> str:
    first = rows.iloc[0]
    name = f"{first['year']}年{words.INDICATORS[first['indicator']]}"
    if first["indicator"] == "joint":
        return f"{name}（事故起数和伤亡人数都达标的为达标）"
    return f"{name}（目标：{words.target_words(first)}）"


def _parts(row: pd.Series) -> list[str]:
    """Return figure, verdict and margin, as far as there are any."""
    mark = status_mark(words.shown_status(row))
    if row["status"] not in JUDGED or row["indicator"] == "joint":
        return [mark]
    margin = words.margin_words(row)
    return [_figure(row), mark, *([] if margin == NONE else [margin])]


def _figure(row: pd.Series) -> str:
    """Return the change of a count, a share with its change, or a coverage."""
    if row["indicator"] in COUNTS:
        return words.change_words(row)
    shown = figure_text(row, "value")
    if row["indicator"] != SHARE:
        return shown
    bare = "" if pd.notna(row["numerator"]) else "（只报比例）"
    return f"{shown}{bare}，{words.points(row['value'] - row['baseline'])}"


def findings(review: Review) -> Html:
    """Return the findings on the figures the briefing stands on."""
    area = None if review.is_province else review.area
    return findings_table(review.plan, review.submissions, area)
