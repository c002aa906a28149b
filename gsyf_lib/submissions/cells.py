"""What one cell says: a count, a ratio, a year, 无此行业, nothing, or something to ask about."""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal

from gsyf_lib.frames import RATIO_SCALE
from gsyf_lib.plan import UNSEEN, normalise
from gsyf_lib.submissions.findings import shortened

__all__ = ["Cell", "parse_count", "parse_day", "parse_ratio", "parse_year", "plain", "text_of"]

LARGEST = 10_000_000
ABSENT = ("无", "无此行业")
DASH = re.compile(r"[-‐‑‒–—―−－]+")
DIGITS = re.compile(r"[0-9]+")
THOUSANDS = re.compile(r"[0-9]{1,3}(,[0-9]{3})+")
UNITS = "起人名例个"
WITH_UNIT = re.compile(rf"([0-9]+) ?([{UNITS}])")
ZERO_DECIMALS = re.compile(r"([0-9]+)\.0+")
RESIDUE = re.compile(r"[0-9]{1,8}\.[0-9]{8,}")
NEGATIVE = re.compile(r"[-−–] ?[0-9]+(\.[0-9]+)?")
RATIO = re.compile(r"([0-9]+(?:\.[0-9]+)?(?:e-[0-9]{1,3})?) *(%?)")
LONGEST = 40
DAY_FORMS = (
    re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"),
    re.compile(
        r"([0-9]{4})[-/.年] ?([0-9]{1,2})[-/.月] ?([0-9]{1,2})日?"
        r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
    ),
)
# A day as a spreadsheet counts it, here 2009 to 2064: the number that stays when its format is lost
SERIAL_DAY = re.compile("[45][0-9]{4}")
FIRST_DAY = dt.date(1899, 12, 30)
# After this mark what follows is shown backwards: 21 is seen as 12.
BACKWARDS = re.compile(r"\u202e(?=.*\w)", re.DOTALL)
FULL_WIDTH = {0xFF01 + n: 0x21 + n for n in range(94)} | {0x3000: " "}
CHINESE_DIGITS = re.compile(
    rf"[〇零一二两三四五六七八九十百千万廿卅壹贰叁肆伍陆柒捌玖拾佰仟]+[{UNITS}]?"
)
WANTED = "请填写整数；没有发生填0，没有该行业填“无此行业”"


@dataclass(frozen=True)
class Cell:
    """A cell's meaning. ``state``: figure, absent, missing or bad; a note becomes a finding.

    Where the file itself shows that a cell has no value, it stands in the raw value's place.
    """

    state: str
    value: int | None = None
    code: str = ""
    note: str = ""


def _folded(raw: object) -> str:
    """Fold full-width forms only: NFKC would read a footnote mark as a digit (12① as 121).

    What nobody sees is dropped, and the mark by which a spreadsheet is told that text follows.
    """
    text = plain(raw)
    unseen = {} if BACKWARDS.search(text) else UNSEEN
    return text.translate(FULL_WIDTH | unseen).strip().removeprefix("'")


def plain(raw: object) -> str:
    """Return a cell as text; a number as Excel shows it: 15 digits, 12.0 without its point.

    Examples
    --------
    >>> plain(140100.0), plain(28.999999999999996), plain(None), plain(" a ")
    ('140100', '29', '', ' a ')
    """
    if isinstance(raw, float):
        return f"{raw + 0.0:.15g}"  # 0.0 is added, because -0.0 is shown as 0
    return "" if raw is None else str(raw)


def text_of(raw: object) -> str:
    """Return a name as normalised text; none for a cell without a value of its own."""
    return "" if isinstance(raw, Cell) else normalise(plain(raw))


def _bad(code: str, note: str) -> Cell:
    return Cell("bad", None, code, note)


def parse_count(raw: object, *, is_text_file: bool = False, units: str = UNITS) -> Cell:
    """Return what a cell says where a count belongs.

    Parameters
    ----------
    raw : the value as read
    is_text_file : True for CSV, where digits as text are the rule and no oddity
    units : the units that may follow the number; any other means that it belongs elsewhere

    Examples
    --------
    >>> parse_count(12.0).value, parse_count("无此行业").state, parse_count("").state
    (12, 'absent', 'missing')
    >>> parse_count("-").code
    'cell-dash'
    """
    if isinstance(raw, Cell):
        return raw
    if isinstance(raw, bool):
        return _bad("cell-type", f"“{'TRUE' if raw else 'FALSE'}”是逻辑值。请填写整数")
    if isinstance(raw, (dt.date, dt.time, dt.timedelta)):
        return _bad("cell-type", "单元格是日期格式，不是数量。请改为常规格式后填写整数")
    if isinstance(raw, (int, float)):
        return _number(float(plain(raw)))
    return _text(str(raw), is_text_file, units)


def _number(raw: float) -> Cell:
    if raw != raw or raw in (float("inf"), float("-inf")):
        return _bad("cell-type", "不是数字。请填写整数")
    if raw < 0:
        return _bad("cell-negative", f"“{raw:.15g}”为负数。请填写0或正整数")
    if raw != int(raw):
        return _bad("cell-fraction", f"“{raw:.15g}”不是整数。请填写整数，不填比例")
    return _within(int(raw))


def _within(value: int, code: str = "", note: str = "") -> Cell:
    if value > LARGEST:
        return _bad("cell-too-large", f"“{shortened(value)}”超出合理范围。请核对位数")
    return Cell("figure", value, code, note)


def _text(raw: str, is_text_file: bool, units: str) -> Cell:
    text = _folded(raw)
    shown = shortened(raw)
    if not text:
        return Cell("missing")
    if "".join(text.split()) in ABSENT:
        return Cell("absent")
    if len(text) > LONGEST:
        return _bad("cell-type", f"“{shown}”过长，不是数量。请填写整数")
    if DASH.fullmatch(text):
        return _bad("cell-dash", f"“{shown}”含义不明。没有发生请填0，没有该行业请填“无此行业”")
    if RESIDUE.fullmatch(text):  # as a program writes into a text what Excel shows as 29
        return _number(float(plain(float(text))))
    if DIGITS.fullmatch(text):
        odd = not is_text_file or text != raw
        note = (
            f"数字以文本形式填写（“{shown}”），已按{int(text)}读取。请改为数字格式" if odd else ""
        )
        return _within(int(text), "cell-text-number" if odd else "", note)
    return _dressed_number(text, shown, units)


def _dressed_number(text: str, shown: str, units: str) -> Cell:
    if THOUSANDS.fullmatch(text):
        value = int(text.replace(",", ""))
        return _within(value, "cell-thousands", f"“{shown}”含千分位，已按{value}读取。请只填数字")
    if (match := WITH_UNIT.fullmatch(text)) and match[2] not in units:
        return _bad("cell-type", f"“{shown}”的单位不是“{units[0]}”，疑填错了列。请核实，只填整数")
    if match := match or ZERO_DECIMALS.fullmatch(text):
        value = int(match[1])
        return _within(value, "cell-dressed", f"“{shown}”已按{value}读取。请只填整数")
    if NEGATIVE.fullmatch(text):
        return _bad("cell-negative", f"“{shown}”为负数。请填写0或正整数")
    if CHINESE_DIGITS.fullmatch(text):
        return _bad("cell-type", f"“{shown}”是汉字数字。请用阿拉伯数字填写整数")
    if text.endswith("%"):
        return _bad("cell-type", f"“{shown}”是比例。请填写数量，不填比例")
    return _bad("cell-type", f"“{shown}”不是整数。{WANTED}")


def parse_ratio(raw: object, *, is_percent: bool = False) -> Cell:
    """Return what a cell says where a bare ratio belongs, as parts of ``RATIO_SCALE`` (reading 11).

    Parameters
    ----------
    raw : the value as read
    is_percent : the head of the column says that the numbers are percentages

    Examples
    --------
    >>> parse_ratio("12.5%") == parse_ratio(0.125) == parse_ratio(12.5, is_percent=True)
    True
    >>> parse_ratio("12.5").code
    'cell-ratio'
    """
    if isinstance(raw, Cell):
        return raw
    text = _folded(raw)
    if not text:
        return Cell("missing")
    if text in ABSENT:
        return Cell("absent")
    match = RATIO.fullmatch(text) if len(text) <= LONGEST else None
    if match is None:
        return _bad("cell-ratio", f"“{shortened(plain(raw))}”不是比例。请填写如12.5%")
    ratio = Decimal(match[1]) / (100 if match[2] or is_percent else 1)
    fault = ""
    if ratio == 1 and isinstance(raw, str) and not (match[2] or is_percent):
        fault = "没有百分号，是1%还是100%不明"
    if ratio > 1:
        fault = "超过100%" if match[2] or is_percent else "没有百分号，又大于1"
    if fault:
        return _bad("cell-ratio", f"“{shortened(plain(raw))}”{fault}。请填写如12.5%")
    return Cell("figure", round(ratio * RATIO_SCALE))


def parse_year(raw: object) -> Cell:
    """Return what a cell says where a year belongs; two digits are not a year.

    Examples
    --------
    >>> parse_year("2023年").value, parse_year(23).state
    (2023, 'bad')
    """
    if isinstance(raw, (dt.date, bool)):
        return _bad("cell-year", "单元格是日期或逻辑值，不是年度。请填写四位年份，如2023")
    text = _folded(raw).removesuffix(".0")
    if not text:
        return Cell("missing")
    if match := re.fullmatch(r"((?:19|20)[0-9]{2})(?: *(年度?))?", text):
        code = "cell-year-suffix" if match[2] else ""
        note = f"“{shortened(raw)}”已按{match[1]}读取。请只填数字" if match[2] else ""
        return Cell("figure", int(match[1]), code, note)
    # What has no digit was meant for no year; it may be somebody's name.
    said = f"“{shortened(plain(raw))}”" if re.search(r"[0-9]", text) else "所填内容"
    return _bad("cell-year", f"{said}不是年度。请填写四位年份，如2023")


def parse_day(raw: object) -> tuple[dt.date | None, str]:
    """Return the day a cell names, and what is to be told: without a day, what is wrong with it.

    Examples
    --------
    >>> parse_day("2023-05-09 00:00:00")
    (datetime.date(2023, 5, 9), '')
    >>> parse_day(45055.0)[0]
    datetime.date(2023, 5, 9)
    """
    if isinstance(raw, dt.datetime):
        return raw.date(), ""
    if isinstance(raw, dt.date):
        return raw, ""
    text = _folded(raw)
    if not text:
        return None, ""
    shown = shortened(plain(raw))
    if SERIAL_DAY.fullmatch(text):
        day = FIRST_DAY + dt.timedelta(int(text))
        return day, f"“{shown}”是日期的序列号，已按{day}读取。请核对，并改为日期格式"
    match = next(filter(None, (form.fullmatch(text) for form in DAY_FORMS)), None)
    named = _calendar_day(*(int(part) for part in match.groups())) if match else None
    return named, "" if named else f"“{shown}”不是日期。请按2023-05-09的格式填写"


def _calendar_day(year: int, month: int, number: int) -> dt.date | None:
    try:
        return dt.date(year, month, number)
    except ValueError:
        return None
