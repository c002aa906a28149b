"""What does one cell say: a count, a ratio, a year, a day, 无此行业, nothing, or nonsense?"""

import datetime as dt
import re
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Any, TypeGuard

from gsyf_lib.frames import RATIO_SCALE
from gsyf_lib.plan import UNSEEN, normalise
from gsyf_lib.submissions.findings import shortened

# No count of a province is larger; a telephone number is.
LARGEST = 10_000_000
ABSENT = ("无", "无此行业")
# Every kind of dash that a keyboard or Word makes of a minus sign.
DASH = re.compile(r"[-‐‑‒–—―−－]+")
DIGITS = re.compile(r"[0-9]+")
THOUSANDS = re.compile(r"[0-9]{1,3}(,[0-9]{3})+")
UNITS = "起人名例个"
WITH_UNIT = re.compile(rf"([0-9]+) ?([{UNITS}])")
ZERO_DECIMALS = re.compile(r"([0-9]+)\.0+")
# 28.999999999999996, as floating-point arithmetic leaves it in a file.
RESIDUE = re.compile(r"[0-9]{1,8}\.[0-9]{8,}")
RATIO = re.compile(r"([0-9]+(?:\.[0-9]+)?(?:e-[0-9]{1,3})?) *(%?)")
# No number is longer: converting one of a million digits takes minutes.
LONGEST = 40
# 20230509; 2023-5-9, 2023/5/9, 2023.5.9 and 2023年5月9日, also with a time of day.
DAY_FORMS = (
    re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"),
    re.compile(
        r"([0-9]{4})[-/.年] ?([0-9]{1,2})[-/.月] ?([0-9]{1,2})日?"
        r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
    ),
)
# A day as a spreadsheet counts days (here 2009 to 2064): what is left of a date whose format is
# lost. Excel counts 1900-01-01 as 1, but has a 29 February 1900; so day 0 is 1899-12-30 for us.
SERIAL_DAY = re.compile("[45][0-9]{4}")
FIRST_DAY = dt.date(1899, 12, 30)
# Unicode's right-to-left override: what follows is shown backwards, 21 as 12.
BACKWARDS = re.compile(r"\u202e(?=.*\w)", re.DOTALL)
# １２ is 12, as a Chinese keyboard types it
FULL_WIDTH = {0xFF01 + n: 0x21 + n for n in range(94)} | {0x3000: " "}
CHINESE_DIGITS = rf"[〇零一二两三四五六七八九十百千万廿卅壹贰叁肆伍陆柒捌玖拾佰仟]+[{UNITS}]?"
# What a text that is no count may be, and the sentence to tell about it.
NO_COUNTS = {
    re.compile(r"[-−–] ?[0-9]+(\.[0-9]+)?"): "cell-negative",
    re.compile(CHINESE_DIGITS): "cell-type.chinese",
    re.compile(".*%", re.DOTALL): "cell-type.ratio",
}


@dataclass(frozen=True)
class Cell:
    """What a cell says.

    Where we know from the file that a raw value is not to be believed, it is doubted: a ``Cell``
    takes its place in the sheet.

    state : figure, absent (无此行业), missing (blank) or bad
    sentence : the sentence in the register to tell about it, if any
    fields : what the sentence names
    """

    state: str
    value: int | None = None
    sentence: str = ""
    fields: tuple[tuple[str, Any], ...] = ()

    @property
    def code(self) -> str:
        """The code of the finding, if there is one."""
        return self.sentence.partition(".")[0]


def is_doubted(raw: object) -> TypeGuard[Cell]:
    """Tell whether a ``Cell`` stands in the sheet for a value that is not to be believed."""
    return isinstance(raw, Cell)


def _folded(raw: object) -> str:
    """Return a cell as text with full-width forms made normal and invisible characters dropped.

    Not by NFKC, which makes 121 of 12①. The apostrophe that marks text in a spreadsheet goes, too.
    """
    text = plain(raw)
    unseen = {} if BACKWARDS.search(text) else UNSEEN
    return text.translate(FULL_WIDTH | unseen).strip().removeprefix("'")


def plain(raw: object) -> str:
    """Return a cell as text; a number as Excel shows it: 15 digits, 12.0 without its point."""
    if isinstance(raw, float):
        return f"{raw + 0.0:.15g}"  # 0.0 is added, because -0.0 is shown as 0
    return "" if raw is None else str(raw)


def text_of(raw: object) -> str:
    """Return a name as normalised text; empty for a doubted cell."""
    return "" if is_doubted(raw) else normalise(plain(raw))


def bad(sentence: str, **fields: Any) -> Cell:
    """Return a cell that does not count, with the sentence that says why, and its fields."""
    return Cell("bad", None, sentence, tuple(fields.items()))


def parse_count(raw: object, *, is_text_file: bool = False, units: str = UNITS) -> Cell:
    """Return what a cell says where a count belongs.

    is_text_file : True for CSV, where digits as text are the rule and no oddity
    units : the units that may follow the number; any other means that it belongs elsewhere
    """
    if is_doubted(raw):
        return raw
    if isinstance(raw, bool):  # before int, of which Python's bool is a kind
        return bad("cell-type.logical", shown="TRUE" if raw else "FALSE")
    if isinstance(raw, (dt.date, dt.time, dt.timedelta)):
        return bad("cell-type.date")
    if isinstance(raw, (int, float)):
        return _number(float(plain(raw)))
    return _text(str(raw), is_text_file, units)


def _number(raw: float) -> Cell:
    if not isfinite(raw):
        return bad("cell-type.no_number")
    if raw < 0 or raw != int(raw):
        return bad("cell-negative" if raw < 0 else "cell-fraction", shown=f"{raw:.15g}")
    return _within(int(raw))


def _within(value: int, sentence: str = "", shown: str = "") -> Cell:
    if value > LARGEST:
        return bad("cell-too-large", shown=shortened(value))
    fields = (("shown", shown), ("value", value)) if sentence else ()
    return Cell("figure", value, sentence, fields)


def _text(raw: str, is_text_file: bool, units: str) -> Cell:
    text = _folded(raw)
    shown = shortened(raw)
    if not text:
        return Cell("missing")
    if "".join(text.split()) in ABSENT:
        return Cell("absent")
    if len(text) > LONGEST:
        return bad("cell-type.long", shown=shown)
    if DASH.fullmatch(text):
        return bad("cell-dash", shown=shown)
    if RESIDUE.fullmatch(text):  # as a program writes into a text what Excel shows as 29
        return _number(float(plain(float(text))))
    if DIGITS.fullmatch(text):
        is_odd = not is_text_file or text != raw
        return _within(int(text), "cell-text-number" if is_odd else "", shown)
    return _dressed_number(text, shown, units)


def _dressed_number(text: str, shown: str, units: str) -> Cell:
    if THOUSANDS.fullmatch(text):
        return _within(int(text.replace(",", "")), "cell-thousands", shown)
    if (match := WITH_UNIT.fullmatch(text)) and match[2] not in units:
        return bad("cell-type.unit", shown=shown, unit=units[0])
    if match := match or ZERO_DECIMALS.fullmatch(text):
        return _within(int(match[1]), "cell-dressed", shown)
    found = (sentence for form, sentence in NO_COUNTS.items() if form.fullmatch(text))
    return bad(next(found, "cell-type.text"), shown=shown)


def parse_ratio(raw: object, *, is_percent: bool = False) -> Cell:
    """Return what a cell says where a bare ratio belongs, as parts of ``RATIO_SCALE`` (reading 11).

    is_percent : the head of the column says that the numbers are percentages
    """
    if is_doubted(raw):
        return raw
    text = _folded(raw)
    if not text:
        return Cell("missing")
    if text in ABSENT:
        return Cell("absent")
    # A decimal, so that parts of RATIO_SCALE are exact.
    match = RATIO.fullmatch(text) if len(text) <= LONGEST else None
    shown = shortened(plain(raw))
    if match is None:
        return bad("cell-ratio.text", shown=shown)
    is_marked = bool(match[2]) or is_percent
    ratio = Decimal(match[1]) / (100 if is_marked else 1)
    # "1" typed as text may mean 1% as well as all.
    if ratio == 1 and isinstance(raw, str) and not is_marked:
        return bad("cell-ratio.one", shown=shown)
    if ratio > 1:
        return bad("cell-ratio.above_all" if is_marked else "cell-ratio.above_one", shown=shown)
    return Cell("figure", round(ratio * RATIO_SCALE))


def parse_year(raw: object) -> Cell:
    """Return what a cell says where a year belongs; two digits are not a year."""
    if isinstance(raw, (dt.date, bool)):
        return bad("cell-year.date")
    text = _folded(raw).removesuffix(".0")
    if not text:
        return Cell("missing")
    if match := re.fullmatch(r"((?:19|20)[0-9]{2})(?: *(年度?))?", text):
        year = int(match[1])
        if not match[2]:
            return Cell("figure", year)
        return Cell("figure", year, "cell-year-suffix", (("shown", shortened(raw)), ("year", year)))
    # Text without a digit was not meant as a year; it may be a person's name, so it is not quoted.
    said = f"“{shortened(plain(raw))}”" if re.search(r"[0-9]", text) else "所填内容"
    return bad("cell-year.text", said=said)


def parse_day(raw: object) -> tuple[dt.date | None, str]:
    """Return the day that a cell names, and the sentence to tell about it, if any."""
    if isinstance(raw, dt.date):
        return (raw.date() if isinstance(raw, dt.datetime) else raw), ""
    text = _folded(raw)
    if not text:
        return None, ""
    if SERIAL_DAY.fullmatch(text):
        return FIRST_DAY + dt.timedelta(int(text)), "task-day.serial"
    for match in filter(None, (form.fullmatch(text) for form in DAY_FORMS)):
        with suppress(ValueError):  # 31 April
            return dt.date(*map(int, match.groups())), ""
    return None, "task-day.not_a_day"


def cell_address(row: int, column: int) -> str:
    """Return the address of a cell, counted from 0: ``cell_address(10, 3)`` is D11."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"
