"""Recognise plain rows by a regular expression, fifteen times as fast as the XML parser.

Nearly every large sheet has only such rows. If one row differs in one byte, the XML parser reads
them all, so nothing depends on this module but speed.
"""

import re
from collections.abc import Collection
from functools import cache

from gsyf_lib.documents.xlsx.limits import is_too_far

# The numbers of character references are such that XML allows the character. Text that begins or
# ends with a blank is left to the parser: programs disagree on what becomes of the blank.
LETTERS = rb"[^<&\x00-\x08\x0b-\x1f]*"
TEXT = rb"(?![\s<])%b(?:&(?:amp|lt|gt|quot|apos|#[1-4][0-9]{2,4});%b)*(?<!\s)" % (LETTERS, LETTERS)
CELL = (
    rb'<c r="%b\1"(?: s="[0-9]+")?(?: t="(?:n|s|inlineStr)")?>'
    rb"(?:<v>[0-9.]+</v>|<is><t(?: xml:space=\"preserve\")?>" + TEXT + rb"</t></is>)</c>"
)
# In the order of the schema, which Excel and LibreOffice keep. A row below one point is hidden.
ROW_ATTRIBUTES = (
    *(rb'spans="[0-9:]*"', rb's="[0-9]+"', rb'customFormat="\w+"', rb'ht="[1-9][0-9.]*"'),
    *(rb'hidden="(?:0|false)"', rb'customHeight="\w+"', rb'outlineLevel="[0-9]"'),
    *(rb'collapsed="\w+"', rb'thickTop="\w+"', rb'thickBot="\w+"', rb'x14ac:dyDescent="[0-9.]+"'),
)
NUMBER = re.compile(rb'<row r="([0-9]+)"')
COLUMN = re.compile(rb'<c r="([A-Z]+)')
STYLE = re.compile(rb'<c r="[A-Z0-9]+" s="([0-9]+)"')
OTHER_CODE = re.compile(rb"""encoding\s*=\s*["'](?!utf-8["'])""", re.IGNORECASE)
MOST_COLUMNS = 50  # each makes the pattern of a row longer
BEGIN, END = b"<sheetData>", b"</sheetData>"


def without_plain_rows(xml: bytes, odd_styles: Collection[str]) -> tuple[bytes, bytes]:
    """Split a worksheet into the rest and its rows; no rows if one of them is not plain.

    In a plain row every cell has an address (in order), a value and no formula.
    """
    head, _, rest = xml.partition(BEGIN)
    rows, _, tail = rest.rpartition(END)
    if OTHER_CODE.search(head) or not _are_plain(rows):
        return xml, b""
    if odd_styles and not {style.decode() for style in STYLE.findall(rows)}.isdisjoint(odd_styles):
        return xml, b""
    return head + BEGIN + END + tail, rows


def _are_plain(rows: bytes) -> bool:
    columns = sorted(set(COLUMN.findall(rows)), key=lambda letters: (len(letters), letters))
    numbers = [*map(int, NUMBER.findall(rows))]
    if not numbers or not columns or len(columns) > MOST_COLUMNS:
        return False
    is_far = is_too_far(max(numbers), column_number(columns[-1].decode()))
    if is_far or numbers != sorted(set(numbers)):
        return False
    # If all rows match the pattern, nothing is left when they are taken away.
    return not _row_of(*columns).sub(b"", rows) and _is_utf8(rows)


@cache
def _row_of(*columns: bytes) -> re.Pattern[bytes]:
    """Return the pattern of a plain row with cells in some of these columns."""
    attributes = b"".join(rb"(?: %b)?" % attribute for attribute in ROW_ATTRIBUTES)
    cells = b"".join(rb"(?:%b)?" % (CELL % letters) for letters in columns)
    return re.compile(rb'<row r="([1-9][0-9]{0,6})"%b>%b</row>\s*' % (attributes, cells))


def _is_utf8(rows: bytes) -> bool:
    try:
        rows.decode()
    except UnicodeDecodeError:
        return False
    return True


def column_number(letters: str) -> int:
    """Return the number of a column, counted from 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
