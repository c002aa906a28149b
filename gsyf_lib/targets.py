"""Interprets the annexes: goals become rules and thresholds, tasks become duties with due dates.

The only place that knows how clauses read. A new wording is one more line in a table below; one
that no line knows is an error, because a goal or a duty nobody understood would be overlooked.
"""

import calendar
import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from gsyf_lib import frames
from gsyf_lib.annexes import Annexes, Cell, Row, Table, read_annexes
from gsyf_lib.errors import PlanError
from gsyf_lib.files import write_atomically
from gsyf_lib.plan import Settings, read_codes, read_settings

__all__ = ["interpret", "write_targets"]

Codes = Mapping[str, pd.DataFrame]

_INDUSTRY, _DEPARTMENT = "行业名称", "责任部门"
_YEAR, _GOALS, _TASKS = "年度", "工作目标", "工作任务"

_COUNTS = ("accidents", "casualties")
_SHARE = ("short_exposure_share",)
_SAFETY = ("safety_training_coverage",)
_HEALTH = ("health_training_coverage",)


@dataclass(frozen=True)
class _Wording:
    """How a clause reads, with ``N年`` and ``N%`` for its numbers, and the rule it sets."""

    text: str
    rule: str
    indicators: tuple[str, ...]

    def match(self, clause: str) -> re.Match[str] | None:
        """Match the whole clause; a % left out is matched too, to be told by name."""
        pattern = self.text.replace("N年", r"(?P<baseline>\d{4})年度?")
        pattern = pattern.replace("N%", r"(?P<percent>\d+(?:\.\d+)?)(?P<sign>[%％]?)")
        return re.fullmatch(pattern, clause)


@dataclass(frozen=True)
class _Goal:
    """A clause understood: its exact threshold, if it has one, and where it stands.

    ``number`` is that of a goal of Annex 2, which has to name it as its source.
    """

    rule: str
    indicators: tuple[str, ...]
    baseline_year: int | None
    threshold: Decimal | None
    place: str
    number: int

    def __str__(self) -> str:
        """Return the threshold as officials write it."""
        return f"{(self.threshold * 100).normalize():f}%" if self.threshold else "未定百分比"


@dataclass(frozen=True)
class _Obligation:
    """What a cell of Annex 1 binds an industry to: a goal for one indicator, by the last year."""

    industry: str
    indicator: str
    department: str
    goal: _Goal
    source: str


_NO_GOALS = [_Wording(dash, "", ()) for dash in "－—–-"]
_COLUMNS = {
    "安全生产事故起数及伤亡人数降幅": [_Wording("均下降N%", "decline_at_least", _COUNTS)],
    "尘肺病报告比例": [
        _Wording("持续下降", "falling", _SHARE),
        _Wording("持续降低", "falling", _SHARE),
    ],
    "重点岗位人员安全生产培训覆盖率": [_Wording("N%", "coverage_at_least", _SAFETY)],
    "重点岗位人员职业卫生培训覆盖率": [_Wording("N%", "coverage_at_least", _HEALTH)],
}
_ACCIDENTS = "重点行业安全生产事故发生起数及伤亡人数"
_SAFETY_TRAINING = "重点行业用人单位的重点岗位人员安全生产培训覆盖率"
_HEALTH_TRAINING = "涉尘行业用人单位的重点岗位人员职业卫生培训覆盖率"
_YEARLY = [
    _Wording(f"{_ACCIDENTS}低于N年", "below_baseline", _COUNTS),
    _Wording(f"{_ACCIDENTS}较N年下降N%", "decline_at_least", _COUNTS),
    _Wording("涉尘行业尘肺病报告比例持续降低", "falling", _SHARE),
    _Wording("涉尘行业尘肺病报告比例持续下降", "falling", _SHARE),
    _Wording(f"{_SAFETY_TRAINING}达N%", "coverage_at_least", _SAFETY),
    _Wording(f"{_HEALTH_TRAINING}达N%", "coverage_at_least", _HEALTH),
]
_COMPARED = re.compile(r"对比数据为(\d{4})年末较(\d{4})年末相比")

_PLAN = "工伤预防(?:[一二三四五六七八九十]+年)?行动计划"
_REPORT = (
    r"(?P<sender>[^于]+?部门)(?:分别)?于(?P<due>\d+月底(?:[和、]\d+月底)*)前"
    r"向(?P<receiver>同级[^提]+?部门)提供本地区(?P<years>\d{4}年度?(?:[和、]\d{4}年度?)*)"
)
_REPORTS = {"accident_report": _COUNTS, "pneumoconiosis_report": _SHARE}
_SENDERS = ("重点行业责任部门",)

_KINDS = [
    (kind, label, re.compile(pattern))
    for kind, label, pattern in (
        ("accident_report", "提供事故数据", f"{_REPORT}安全生产事故起数和(?:伤亡人数|人员伤亡数)"),
        ("pneumoconiosis_report", "提供尘肺病报告比例", f"{_REPORT}尘肺病报告比例"),
        ("implementation_plan", "各市制定实施办法", f"各市分别制定{_PLAN}实施办法"),
        ("regulation", "出台办法", "出台《[^《》]+》(?:[和、]《[^《》]+》)*"),
        (
            "joint_meeting",
            "联席会议",
            "省、市人社部门牵头建立同级工伤预防联席会议制度及工作机制"
            "|根据中期评估结果，召开联席会议，有针对性地研究解决存在的问题",
        ),
        ("expert_pool", "专家库", "(?:组建|充实、优化)工伤预防专家库"),
        ("training", "宣传、培训", "各市按计划开展工伤预防宣传、培训工作"),
        (
            "inspection",
            "隐患抽查和调研",
            "省、市人社部门分别对所辖重点行业和涉尘行业企业进行隐患抽查和调研"
            "(?:，并根据抽查调研情况召开联席会议，分析研判工伤预防面临的新形势和新问题，"
            "精准施策，安排下一步工作)?",
        ),
        ("education_base", "警示教育基地", "省、市分别启动工伤预防警示教育基地建设工作"),
        ("midterm_review", "中期评估", f"开展{_PLAN}中期评估"),
        ("final_review", "全面总结", f"全面总结{_PLAN}实施情况"),
    )
]


def write_targets(folder: Path) -> dict[str, int]:
    """Turn the annexes of the plan ``folder`` into its ``targets``, ``tasks`` and ``duties`` CSV.

    Nothing is written before everything has been understood: a damaged annex leaves the old files
    as they were. Returns the number of rows by file name.

    Raises
    ------
    PlanError
        The annexes, ``plan.toml`` or a code table cannot be trusted.
    OutputError
        A file could not be written.
    """
    annexes = read_annexes(folder / "raw" / "annexes.txt")
    tables = interpret(annexes, read_settings(folder), read_codes(folder))
    contents = {f"{name}.csv": _csv(table) for name, table in tables.items()}
    for name, content in contents.items():
        write_atomically(folder / name, content)
    return {f"{name}.csv": len(table) for name, table in tables.items()}


def _csv(table: pd.DataFrame) -> bytes:
    # The mark lets Excel see UTF-8.
    text = table.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d")
    return text.encode("utf-8-sig")


def interpret(annexes: Annexes, settings: Settings, codes: Codes) -> dict[str, pd.DataFrame]:
    """Return what the annexes demand, as the frames ``targets``, ``tasks`` and ``duties``.

    Parameters
    ----------
    annexes : both annexes, as transcribed
    settings : the plan's area, baseline year and years
    codes : frames.INDUSTRIES, DEPARTMENTS and INDICATORS by name; an industry of Annex 1 stands
        in the first, a department in the second, an indicator in the third

    Raises
    ------
    PlanError
        A column, industry, department, year or wording that is unknown, missing or there twice; a
        percentage without %; a year that loosens the one before it; Annex 1 and the last year
        of Annex 2 apart; a figure that no department is told to report, or told twice.

    Notes
    -----
    The industries of a yearly goal are those with a goal for its indicator in Annex 1 (readings
    3, 4 and 13); due is the last day of the month named (reading 15).
    """
    obligations = _obligations(annexes.goals_table, codes)
    _check_notes(annexes.goals_table, settings)
    rows = _rows_by_year(annexes.yearly_table, settings)
    names = dict(zip(codes["indicators"]["code"], codes["indicators"]["name"], strict=True))
    names = {one.indicator: names[one.indicator] for one in obligations}
    yearly = {year: _yearly_goals(row, names, settings) for year, row in rows.items()}
    _check_never_looser(yearly, names)
    _check_annexes_agree(obligations, yearly[settings.last_year])
    tasks, duties = _tasks_and_duties(rows, settings, codes)
    _check_reports(obligations, duties, names, settings)
    return {
        "targets": _targets(obligations, yearly, settings),
        "tasks": frames.conform(pd.DataFrame(tasks, columns=frames.TASKS.names), frames.TASKS),
        "duties": frames.conform(pd.DataFrame(duties, columns=frames.DUTIES.names), frames.DUTIES),
    }


def _obligations(table: Table, codes: Codes) -> list[_Obligation]:
    _check_header(table, [_INDUSTRY, *_COLUMNS, _DEPARTMENT])
    for row in table.rows:
        _check_name(row.cells[_INDUSTRY], "行业", codes["industries"])
        _check_name(row.cells[_DEPARTMENT], "责任部门", codes["departments"])
    names = [(row.cells[_INDUSTRY].text, row.cells[_INDUSTRY].place) for row in table.rows]
    _check_complete(names, codes["industries"]["name"], table.place, "行业")
    known = set(codes["indicators"]["code"])
    return [one for row in table.rows for column in _COLUMNS for one in _bind(row, column, known)]


def _bind(row: Row, column: str, known: Container[str]) -> list[_Obligation]:
    industry, department = row.cells[_INDUSTRY].text, row.cells[_DEPARTMENT].text
    cell = row.cells[column]
    goal = _understand(cell.text, [*_COLUMNS[column], *_NO_GOALS], cell.place)
    for code in goal.indicators:
        if code not in known:
            raise PlanError(f"{cell.place}：codes/indicators.csv 缺少指标 {code}，请补充")
    source = f"附件1“{industry}”行“{column}”"
    return [_Obligation(industry, code, department, goal, source) for code in goal.indicators]


def _understand(text: str, wordings: Iterable[_Wording], place: str, number: int = 0) -> _Goal:
    for wording in wordings:
        if found := wording.match(text):
            named = found.groupdict()
            baseline = int(named["baseline"]) if "baseline" in named else None
            threshold = _threshold(found, place) if "percent" in named else None
            return _Goal(wording.rule, wording.indicators, baseline, threshold, place, number)
    allowed = "、".join(f"“{wording.text}”" for wording in wordings)
    raise PlanError(f"{place}：不认识的写法“{text}”。可用（N为数字）：{allowed}")


def _threshold(found: re.Match[str], place: str) -> Decimal:
    if not found["sign"]:
        raise PlanError(f"{place}：“{found[0]}”缺少百分号，应写作“{found[0]}%”")
    # Shifting the decimal point is exact and keeps two places: 70 % is 0.70.
    threshold = Decimal(found["percent"]).scaleb(-2)
    if not 0 < threshold <= 1:
        raise PlanError(f"{place}：“{found[0]}”的百分比应大于0%、不超过100%")
    return threshold


def _check_notes(table: Table, settings: Settings) -> None:
    for note in table.notes:
        found = _COMPARED.fullmatch(note)
        if found and (int(found[1]), int(found[2])) != (settings.last_year, settings.baseline_year):
            raise PlanError(
                f"附件1注“{note}”与计划不符，"
                f"应为{settings.last_year}年末较{settings.baseline_year}年末"
            )


def _rows_by_year(table: Table, settings: Settings) -> dict[int, Row]:
    _check_header(table, [_YEAR, _GOALS, _TASKS])
    wanted = [f"{year}年" for year in settings.years]
    cells = [row.cells[_YEAR] for row in table.rows]
    names = [(cell.text.removesuffix("度"), cell.place) for cell in cells]
    for name, place in names:
        if name not in wanted:
            raise PlanError(f"{place}：计划没有“{name}”。可用：{'、'.join(wanted)}")
    _check_complete(names, wanted, table.place, "年度")
    if [name for name, _ in names] != wanted:
        raise PlanError(f"{table.place}：年度应依次为{'、'.join(wanted)}")
    return dict(zip(settings.years, table.rows, strict=True))


def _yearly_goals(row: Row, names: Mapping[str, str], settings: Settings) -> dict[str, _Goal]:
    """Return the goals of one year by indicator; ``names`` are the indicators that need one."""
    goals: dict[str, _Goal] = {}
    for number, place, text in _items(row.cells[_GOALS]):
        goal = _understand(text, _YEARLY, place, number)
        if goal.baseline_year not in (None, settings.baseline_year):
            raise PlanError(
                f"{place}：对比年度{goal.baseline_year}年与计划不符，应为{settings.baseline_year}年"
            )
        for code in goal.indicators:
            if code not in names:
                raise PlanError(
                    f"{place}：附件1没有行业承担这一目标；应有：{'、'.join(names.values())}"
                )
            if code in goals:
                raise PlanError(f"{place}：“{names[code]}”的目标重复，已见于{goals[code].place}")
            goals[code] = goal
    if missing := [name for code, name in names.items() if code not in goals]:
        raise PlanError(
            f"{row.cells[_GOALS].place}：缺少“{'”“'.join(missing)}”的目标，而附件1有此目标"
        )
    return goals


def _check_never_looser(
    yearly: Mapping[int, Mapping[str, _Goal]], names: Mapping[str, str]
) -> None:
    for before, year in pairwise(sorted(yearly)):
        for code, goal in yearly[year].items():
            earlier = yearly[before][code]
            # A goal without a number is the weakest: any decline at all is enough.
            if (goal.threshold or 0) < (earlier.threshold or 0):
                raise PlanError(
                    f"{goal.place}：“{names[code]}”的目标（{goal}）比{before}年（{earlier}）放宽；"
                    "年度目标应逐年收紧或持平，请核对附件原文"
                )


def _check_annexes_agree(obligations: list[_Obligation], last: Mapping[str, _Goal]) -> None:
    for one in obligations:
        yearly = last[one.indicator]
        if one.goal.threshold is not None and one.goal.threshold != yearly.threshold:
            raise PlanError(
                f"{one.goal.place}：{one.goal}与{yearly.place}的{yearly}不一致；"
                "附件1应等于附件2最后一年的目标"
            )


def _targets(
    obligations: list[_Obligation], yearly: Mapping[int, Mapping[str, _Goal]], settings: Settings
) -> pd.DataFrame:
    rows = []
    for year, goals in yearly.items():
        for one in obligations:
            goal = goals[one.indicator]
            compared = None if goal.rule == "coverage_at_least" else settings.baseline_year
            source = f"{one.source}；附件2“{year}年”{_GOALS}{goal.number}"
            rows.append(
                (year, one.industry, one.indicator, goal.rule, goal.threshold, compared)
                + (one.department, source)
            )
    table = pd.DataFrame(rows, columns=frames.TARGETS.names, dtype="object")
    return frames.conform(table, frames.TARGETS)


def _tasks_and_duties(
    rows: Mapping[int, Row], settings: Settings, codes: Codes
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    tasks, duties = [], []
    for year, row in rows.items():
        for number, place, text in _items(row.cells[_TASKS]):
            kind, found = _kind(text, place)
            actors = _actors(text, settings.area)
            tasks.append(
                {"year": year, "number": number, "text": text, "kind": kind, "actors": actors}
            )
            if kind in _REPORTS:
                duty: dict[str, Any] = {"task_year": year, "task_number": number}
                duty |= _parties(found, codes["departments"]["name"], place)
                duty |= {"items": "|".join(_REPORTS[kind])}
                duties += [duty | dates for dates in _dates(found, year, settings, place)]
    return tasks, duties


def _kind(text: str, place: str) -> tuple[str, re.Match[str]]:
    for kind, _, pattern in _KINDS:
        if found := pattern.fullmatch(text):
            return kind, found
    raise PlanError(
        f"{place}：不认识的写法“{text}”，无法判断其中有无报送要求。"
        f"可用的任务：{'、'.join(label for _, label, _ in _KINDS)}；"
        "请核对附件原文，新的写法须补入 targets.py"
    )


def _actors(text: str, area: str) -> str:
    if text.startswith("各市"):
        return "city"
    return "province" if text.startswith(f"出台《{area}") else "both"


def _parties(found: re.Match[str], departments: Iterable[str], place: str) -> dict[str, str]:
    known = [*_SENDERS, *departments]
    for name in (found["sender"], found["receiver"].removeprefix("同级")):
        if name not in known:
            raise PlanError(f"{place}：不认识的部门“{name}”。可用：{'、'.join(known)}")
    return {"from_department": found["sender"], "to_department": found["receiver"]}


def _dates(
    found: re.Match[str], year: int, settings: Settings, place: str
) -> list[dict[str, object]]:
    """Pair the n-th month named with the n-th year named."""
    months = [int(month) for month in re.findall(r"\d+", found["due"])]
    data_years = [int(data_year) for data_year in re.findall(r"\d+", found["years"])]
    allowed = [settings.baseline_year, *settings.years]
    if len(months) != len(data_years):
        raise PlanError(f"{place}：{len(months)}个期限与{len(data_years)}个数据年度不能一一对应")
    if wrong := [month for month in months if not 1 <= month <= 12]:
        raise PlanError(f"{place}：没有“{wrong[0]}月”。可用：1至12月")
    if unknown := [data_year for data_year in data_years if data_year not in allowed]:
        raise PlanError(
            f"{place}：计划不涉及{unknown[0]}年数据。可用：{'、'.join(map(str, allowed))}"
        )
    return [
        {
            "data_year": data_year,
            "due": pd.Timestamp(date(year, month, calendar.monthrange(year, month)[1])),
        }
        for month, data_year in zip(months, data_years, strict=True)
    ]


def _check_reports(
    obligations: list[_Obligation],
    duties: list[dict[str, Any]],
    names: Mapping[str, str],
    settings: Settings,
) -> None:
    """Check that every figure compared with the baseline is asked for once for every year."""
    asked = Counter((code, one["data_year"]) for one in duties for code in one["items"].split("|"))
    compared = [one.indicator for one in obligations if one.goal.rule != "coverage_at_least"]
    for code in dict.fromkeys(compared):
        for year in (settings.baseline_year, *settings.years):
            if (times := asked[code, year]) != 1:
                raise PlanError(
                    f"附件2“{_TASKS}”：要求提供{year}年“{names[code]}”的任务有{times}项，应为1项；"
                    "请检查各年度报送任务中的数据年度"
                )


def _check_header(table: Table, wanted: list[str]) -> None:
    missing = [name for name in wanted if name not in table.header]
    unknown = [name for name in table.header if name not in wanted]
    if missing or unknown:
        faults = [f"缺少列“{name}”" for name in missing]
        faults += [f"不认识的列“{name}”" for name in unknown]
        raise PlanError(f"{table.place}：{'，'.join(faults)}。应有：{'、'.join(wanted)}")


def _check_name(cell: Cell, kind: str, table: pd.DataFrame) -> None:
    if cell.text not in set(table["name"]):
        names = "、".join(table["name"])
        raise PlanError(
            f"{cell.place}：不认识的{kind}“{cell.text}”。可用：{names}；请更正附件，或补充代码表"
        )


def _check_complete(
    named: Iterable[tuple[str, str]], wanted: Iterable[str], place: str, kind: str
) -> None:
    """Check that every name wanted stands exactly once; ``named`` are names and their places."""
    seen: dict[str, str] = {}
    for name, here in named:
        if name in seen:
            raise PlanError(f"{here}：{kind}“{name}”重复，已见于{seen[name]}")
        seen[name] = here
    if missing := [name for name in wanted if name not in seen]:
        raise PlanError(f"{place}之下缺少{kind}“{'”“'.join(missing)}”的行；请补全附件")


def _items(cell: Cell) -> list[tuple[int, str, str]]:
    """Return number, place and text of a cell's items."""
    if not cell.items:
        raise PlanError(f"{cell.place}：应为编号的条目（1、…；2、…），现为“{cell.text}”")
    return [(n, f"{cell.place}第{n}项", text) for n, text in enumerate(cell.items, 1)]
