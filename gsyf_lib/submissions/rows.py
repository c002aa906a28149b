"""The rows of a recognised table as figures, each with its address; what cannot be is a finding."""

from collections.abc import Sequence

from gsyf_lib.plan import normalise
from gsyf_lib.submissions import cells
from gsyf_lib.submissions.context import Context, Figure, Keys, Row
from gsyf_lib.submissions.findings import Findings, Source, shortened
from gsyf_lib.submissions.header import Header
from gsyf_lib.submissions.names import CATEGORIES, TOTAL_WORDS, Area, Names, did_you_mean
from gsyf_lib.submissions.plain import Measure, PlainRows
from gsyf_lib.submissions.read import Sheet, cell_address

__all__ = ["Figure", "Row", "is_data_row", "read_area", "read_rows", "read_year"]

TABLE_INDICATORS = {
    "accidents": ("accidents", "casualties"),
    "pneumoconiosis": ("short_exposure_share",),
}
MEASURES = {
    "accidents": ("accidents", "casualties", "deaths", "injuries"),
    "pneumoconiosis": ("reported_cases", "short_exposure_cases", "short_exposure_per_million"),
    "training": ("key_personnel", "trained"),
}
OPTIONAL = ("deaths", "injuries")
COUNTS = ("reported_cases", "short_exposure_cases")
RATIO = "short_exposure_per_million"
KEYS = ("year", "area", "county", "industry", "category", "number", "state")
STORED = {"key_personnel": "personnel", "trained": "trained"}


def read_rows(
    sheet: Sheet, header: Header, names: Names, source: Source, findings: Findings
) -> list[Row]:
    """Read the data rows below the header of an accidents, pneumoconiosis or training table."""
    context = Context(header, names, source, findings)
    plain = PlainRows(context, _plain_measures(header))
    rows = []
    for number, raw in enumerate(sheet.rows[header.row + 1 :], header.row + 1):
        keys = plain.keys(raw) or _read_keys(context, number, raw, plain)
        if keys is not None:
            figures = plain.figures(number, raw, keys.prefix)
            row = Row(source, header.table, keys.area, keys.industry, keys.year, figures or {})
            if not figures:
                row.figures = _read_figures(context, number, raw, keys.prefix, row)
            rows.append(row)
    return rows


def _plain_measures(header: Header) -> list[Measure]:
    """Return the counts of a table; of none where a ratio stands beside them."""
    if RATIO in header.columns:
        return []
    known = (measure for measure in MEASURES[header.table] if measure in header.columns)
    return [Measure(name, STORED.get(name, name), name in OPTIONAL) for name in known]


def is_data_row(context: Context, number: int, raw: Sequence[object]) -> bool:
    """Tell data from blank rows, notes and total rows; the latter two become findings."""
    filled = [cell for cell in raw if str(cell).strip()]
    if not filled:
        return False
    keys = [context.raw(raw, name) for name in ("year", "area", "industry")]
    if any(normalise(str(key)) in TOTAL_WORDS for key in keys):
        message = "数据中夹有合计行，未读取。合计由系统计算，请删除合计行"
        context.error("row-total", message, cell_address(number, 0))
        return False
    if len(filled) == 1 and cells.parse_year(filled[0]).state == "bad" and len(raw) > 1:
        message = "该行只有一格说明文字，不是数据，未读取"
        address = cell_address(number, 0)
        context.findings.add("info", "row-note", context.source, message, address)
        return False
    return not _has_judged_key(context, number, raw)


def _has_judged_key(context: Context, number: int, raw: Sequence[object]) -> bool:
    """Tell of names without a value of their own; a merged range is told at its first cell."""
    keys = [name for name in context.header.columns if name in KEYS]
    judged = {n: cell for n in keys if isinstance(cell := context.raw(raw, n), cells.Cell)}
    for name, cell in judged.items():
        if cell.note:
            context.error(cell.code, f"{cell.note}。该行未采用", context.address(number, name))
    return bool(judged)


def _read_keys(
    context: Context, number: int, raw: Sequence[object], plain: PlainRows
) -> Keys | None:
    before = len(context.findings.rows)
    if not is_data_row(context, number, raw):
        return None
    year = read_year(context, number, raw)
    area = read_area(context, number, raw)
    industry, prefix = _read_industry(context, number, raw)
    if year is None or area is None or not industry:
        return None
    keys = Keys(year, area, industry, prefix)
    if len(context.findings.rows) == before:
        plain.remember(raw, keys)
    return keys


def _read_figures(
    context: Context, number: int, raw: Sequence[object], prefix: str, row: Row
) -> dict[str, Figure]:
    found = {}
    for measure in MEASURES[row.table]:
        if measure in context.header.columns:
            figure = _read_figure(context, number, raw, measure, row)
            if figure is not None:
                found[prefix + STORED.get(measure, measure)] = figure
    return _agreed(context, row, found)


def read_year(context: Context, number: int, raw: Sequence[object]) -> int | None:
    """Read the year of a row; outside the plan or ahead of its day it is an error."""
    cell = cells.parse_year(context.raw(raw, "year"))
    address = context.address(number, "year")
    years = context.names.years
    allowed = f"本计划使用的年度：{'、'.join(map(str, years))}"
    if cell.value is None:
        note = cell.note or "年度空白（合并单元格请拆开填写）"
        context.error(cell.code or "cell-year", f"{note}。{allowed}", address)
    elif cell.value not in years:
        context.error("year-outside-plan", f"{cell.value}年不在计划之内。{allowed}", address)
    elif cell.value > context.source.received_on.year:
        context.error("year-in-future", f"{cell.value}年尚未到来。请核对年度", address)
    else:
        if cell.code:
            context.findings.add("warning", cell.code, context.source, cell.note, address)
        return cell.value
    return None


def read_area(context: Context, number: int, raw: Sequence[object]) -> Area | None:
    """Read the area of a row; a name is never guessed."""
    text = normalise(str(context.raw(raw, "area")))
    area = context.names.areas.get(text)
    address = context.address(number, "area")
    if area is None:
        official = dict.fromkeys(a.name for a in context.names.areas.values())
        said = (
            f"“{shortened(text)}”不是本计划的地区" if text else "地区空白（合并单元格请拆开填写）"
        )
        context.error("area-unknown", f"{said}。{did_you_mean(text, official)}", address)
        return None
    county = normalise(str(context.raw(raw, "county")))
    if not county:
        return area
    found = context.names.counties.get((area.code, county))
    if found is None:
        counties = context.names.counties.items()
        inside = dict.fromkeys(a.name for (parent, _), a in counties if parent == area.code)
        hint = did_you_mean(county, inside)
        message = f"“{shortened(county)}”不是{area.name}的县（市、区）。{hint}"
        context.error("area-unknown", message, context.address(number, "county"))
    return found


def _read_industry(context: Context, number: int, raw: Sequence[object]) -> tuple[str, str]:
    """Return the industry of a row and the prefix its measures are stored with."""
    table = context.header.table
    if table == "pneumoconiosis":
        return context.names.goal_industries("short_exposure_share")[0], ""
    text = normalise(str(context.raw(raw, "industry")))
    address = context.address(number, "industry")
    prefix, indicators = "", TABLE_INDICATORS.get(table, ())
    if table == "training":
        category = _read_category(context, number, raw)
        if not category:
            return "", ""
        prefix, indicators = f"{category}_", (f"{category}_training_coverage",)
    allowed = context.names.goal_industries(*indicators)
    industry = context.names.industries.get(text, "")
    if not industry:
        said = (
            f"“{shortened(text)}”不是本计划的行业" if text else "行业空白（合并单元格请拆开填写）"
        )
        context.error("industry-unknown", f"{said}。{did_you_mean(text, allowed)}", address)
    elif industry not in allowed:
        message = f"“{industry}”在本表没有目标。可用：{'、'.join(allowed)}"
        context.error("industry-mismatch", message, address)
        return "", ""
    return industry, prefix


def _read_category(context: Context, number: int, raw: Sequence[object]) -> str:
    text = normalise(str(context.raw(raw, "category")))
    category = CATEGORIES.get(text, "")
    if not category:
        message = f"“{shortened(text)}”不是培训类别。可用：安全生产、职业卫生"
        context.error("category-unknown", message, context.address(number, "category"))
    return category


def _read_figure(
    context: Context, number: int, raw: Sequence[object], measure: str, row: Row
) -> Figure | None:
    value = context.raw(raw, measure)
    is_text_file = context.source.sheet == ""
    cell = (
        cells.parse_ratio(value)
        if measure == RATIO
        else cells.parse_count(value, is_text_file=is_text_file)
    )
    address = context.address(number, measure)
    if cell.state == "bad":
        context.error(cell.code, f"{cell.note}。该数据未采用", address, **row.about(measure))
        return Figure(None, "withheld", address)
    if cell.code:
        context.findings.add(
            "warning", cell.code, context.source, cell.note, address, **row.about(measure)
        )
    is_counted = all(name in context.header.columns for name in COUNTS)
    is_optional = measure in OPTIONAL or (measure == RATIO and is_counted)
    if cell.state == "missing" and is_optional:
        return None
    return Figure(cell.value, cell.state, address)


def _agreed(context: Context, row: Row, found: dict[str, Figure]) -> dict[str, Figure]:
    """Settle 无此行业 and blanks: 无此行业 holds for the whole row, a blank is an error."""
    if RATIO in found:
        found = {m: f for m, f in found.items() if m not in COUNTS or f.state != "missing"}
    states = {figure.state for figure in found.values()}
    if "absent" in states and states <= {"absent", "missing"}:
        return {m: Figure(None, "absent", figure.cell) for m, figure in found.items()}
    if "absent" in states:
        for measure, figure in found.items():
            if figure.state == "absent":
                message = "同一行既填“无此行业”又填了数字，互相矛盾，该行未采用。请核实"
                context.error("row-contradiction", message, figure.cell, **row.about(measure))
        return {m: Figure(None, "withheld", figure.cell) for m, figure in found.items()}
    for measure, figure in found.items():
        if figure.state == "missing":
            message = "空白，按未报送处理。没有发生请填0，没有该行业请填“无此行业”"
            context.error("cell-missing", message, figure.cell, **row.about(measure))
    return found
