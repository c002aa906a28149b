"""The tables in the annex: every verdict, and every finding on the figures."""

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import COUNTS, SHARE, shown_status
from gsyf_lib.briefing.goals import also_below, share_words
from gsyf_lib.briefing.review import Review, early_words
from gsyf_lib.documents.blocks import Block, Table, Text, in_a_row, rich, status_mark, table
from gsyf_lib.tables.quality import findings_table
from gsyf_lib.vocabulary import NONE


def verdicts_table(review: Review, indicator: str) -> Table:
    """Return the verdicts on an indicator: of all areas for the province, else of the area.

    Each cell holds the figure or its change, the verdict, and by how much, one under the other; if
    there is one industry only, they are columns. A share stands beside every year that it has to
    be lower than, with both counts.

    Parameters
    ----------
    review : Review
    indicator : code of the indicator, or joint

    Examples
    --------
    >>> review = gs.briefing.load_review(2023, "太原", data="data")
    >>> gs.briefing.verdicts_table(review, "short_exposure_share")
    2022年尘肺病报告比例（目标：低于2021年）
    地区  2022年  对比年度  变化  结论  富余或差距
    太原市  15.9%（11/69例）  2021年：18.3%（13/71例）  下降2.4个百分点  ✓ 达标  富余1例
    """
    rows = review.in_scope(review.results)
    rows = rows[rows["indicator"] == indicator]
    if indicator == SHARE:
        lines = [_share_line(row, review) for _, row in rows.iterrows()]
    else:
        # A single column of tall cells would leave most of the sheet empty.
        line = _line if rows["industry"].nunique() > 1 else _wide_line
        shown = rows.assign(target=_targets(rows) if _is_mixed(rows) else "")
        lines = [line(area, group) for area, group in shown.groupby("area", sort=False)]
    return table(lines, _caption(rows, review), row_header="地区", role="matrix")


def _line(area: str, rows: pd.DataFrame) -> dict[str, Text]:
    # In Word and slides a line break keeps the parts of a cell under each other.
    cells = {row["industry"]: in_a_row(_parts(row), "\n") for _, row in rows.iterrows()}
    return {"地区": area, **cells}


def _wide_line(area: str, rows: pd.DataFrame) -> dict[str, Text]:
    row = rows.iloc[0]
    figure, mark, margin = (*_parts(row), NONE, NONE)[:3]
    # Without a verdict there is one part only, the mark, which took the place of the figure.
    if mark == NONE:
        figure, mark = NONE, figure
    return {"地区": area, row["industry"]: figure, "结论": mark, "富余或差距": margin}


def _share_line(row: pd.Series, review: Review) -> dict[str, Text]:
    """Return a share, the shares that it has to be lower than, and the verdict."""
    mark = status_mark(shown_status(row))
    compared = row["baseline_year"]
    shares = {
        f"{row['year']}年": share_words(row, row["year"], review) + _star(row),
        "对比年度": f"{compared}年：{share_words(row, compared, review)}",
        **{f"{year}年": share_words(row, year, review) for year in also_below(review)},
        "变化": wording.points(row["value"] - row["baseline"]),
    }
    if row["status"] not in wording.JUDGED:
        shares = dict.fromkeys(shares, NONE)
    return {"地区": row["area"], **shares, "结论": mark, "富余或差距": wording.margin_words(row)}


def _targets(rows: pd.DataFrame) -> list[str]:
    return [wording.target_words(row) for _, row in rows.iterrows()]


def _is_mixed(rows: pd.DataFrame) -> bool:
    """Tell whether the rows have several targets; 均下降 has none of its own."""
    return rows["indicator"].iloc[0] != "joint" and len(set(_targets(rows))) > 1


def _caption(rows: pd.DataFrame, review: Review) -> str:
    """Return what the table is about, with the target if it is the same in every row."""
    indicator = rows["indicator"].iloc[0]
    name = f"{review.last}年{wording.INDICATORS[indicator]}"
    target = f"目标：{_targets(rows)[0] if not _is_mixed(rows) else '见各格'}"
    if indicator == "joint":
        target = "事故起数和伤亡人数都达标的为达标"
    elif indicator == SHARE:
        years = rows.loc[rows["status"].isin(wording.JUDGED), "baseline_year"].unique()
        first = f"{years[0]}年" if len(years) == 1 else "对比年度"
        others = [f"{year}年" for year in also_below(review)]
        target = f"目标：低于{'和'.join(dict.fromkeys([first, *others]))}"
    star = "；*为初步数据" if early_words(rows) else ""
    return f"{name}（{target}{star}）"


def _star(row: pd.Series) -> str:
    return "*" if row["provisional"] else ""


def _parts(row: pd.Series) -> list[Text]:
    """Return figure, verdict and margin, as far as there are any."""
    mark = status_mark(shown_status(row))
    if row["status"] not in wording.JUDGED:
        return [mark]
    if row["indicator"] == "joint":
        return [rich(mark, _star(row))]
    # ``target`` is empty where the caption says it for all rows.
    details = [wording.margin_words(row), row["target"] and f"目标：{row['target']}"]
    return [_figure(row) + _star(row), mark, *(text for text in details if text not in ("", NONE))]


def _figure(row: pd.Series) -> str:
    """Return the change of a count, or a coverage."""
    is_count = row["indicator"] in COUNTS
    return wording.change_words(row) if is_count else wording.figure_words(row, "value")


def findings(review: Review) -> Block:
    """Return the findings on the figures that the briefing uses."""
    return findings_table(review.judged, None if review.is_province else review.area)
