"""A frame in; the same out for people, with Chinese heads, and words in place of codes."""

from collections.abc import Mapping

import pandas as pd

from gsyf_lib import vocabulary
from gsyf_lib.assessment import shown_statuses
from gsyf_lib.wording.verdicts import reason_words

# Columns of comparisons: old_status is 原结论.
_WHEN = {"old_": "原", "new_": "新"}
# The words for the codes of a column; a code without a word stays as it is.
_CODES: Mapping[str, Mapping[str, str]] = {
    "level": {"province": "省", "city": "市", "county": "县"},
    "indicator": vocabulary.INDICATORS,
    "measure": vocabulary.MEASURES,
    "table": vocabulary.TABLES,
    "severity": vocabulary.SEVERITIES,
    "status": vocabulary.STATUSES,
    "outlook": vocabulary.OUTLOOKS,
    "state": {
        "figure": "有数据",
        "bare": "只报比例",
        "absent": "无此行业",
        "withheld": "数据有误",
        "incomplete": "数据不全",
        "partial": "部分合计",
        "missing": "没有数据",
        "": "未报送",
    },
    "rule": {
        "below_baseline": "低于对比年度",
        "decline_at_least": "下降达到",
        "falling": "持续降低",
        "coverage_at_least": "覆盖率达到",
    },
    "part": {"city": "市", "cities": "各市合计", "difference": "差额", "province": "全省"},
    "basis": {"submitted": "报送", "sum": "各市合计"},
}


def title_of(name: str) -> str:
    """Return the Chinese title of a column (old_margin: 原与目标之差); its own name if not ours."""
    if name[:4] in _WHEN:
        return _WHEN[name[:4]] + title_of(name[4:])
    titles = vocabulary.TITLES | {field: title for field, (title, _) in vocabulary.FIELDS.items()}
    return titles.get(name, name)


def readable(frame: pd.DataFrame) -> pd.DataFrame:
    """把任何数据表换成中文栏目，代码换成用语；原表不变。

    Parameters
    ----------
    frame : 判定结果、报送数据、问题、报送情况等任何一张数据表，或其中几列

    Examples
    --------
    >>> missed = results.query("area == '太原市' and status == 'missed'")
    >>> shown = gs.readable(missed[["area", "industry", "indicator", "status", "margin"]])
    >>> shown.columns.tolist()
    ['地区', '行业', '指标', '结论', '与目标之差']
    >>> shown.iloc[0].astype(str).tolist()
    ['太原市', '建筑施工', '事故起数', '未达标', '-1']
    """
    shown = {name: _in_words(frame, str(name)) for name in frame}
    return frame.assign(**shown).rename(columns=title_of)


def _in_words(frame: pd.DataFrame, name: str) -> pd.Series:
    """Return a column with words in place of its codes."""
    column, plain = frame[name], name[4:] if name[:4] in _WHEN else name
    if column.dtype == bool:
        return column.map({True: "是", False: "否"})
    if plain == "reason":
        return column.map(reason_words)
    if name == "status" and {"indicator", "reason"} <= {*frame}:
        # Why there is no figure decides what 未报送 is called, as on the pages.
        return shown_statuses(frame).map(vocabulary.STATUSES)
    # Three frames have a column ``state``: of receipts, of tasks, and of figures.
    if plain == "state" and "due" in frame:
        return column.map(vocabulary.RECEIPT_STATES)
    if plain == "state" and "completed_on" in frame:
        return column.map(vocabulary.TASK_STATES)
    known = _CODES.get(plain)
    return column if known is None else column.map(lambda code: known.get(code, code))
