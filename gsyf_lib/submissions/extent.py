"""How far does a worksheet reach? Its parser makes room for every cell up to the farthest one.

Much text gets a quick look, which may see too much (every number in quotation marks) but never too
little. Only where that would be too far does the exact look decide: it takes fifteen times as long.
"""

import re
from collections.abc import Iterable

import numpy as np

__all__ = [
    "LAST_COLUMN",
    "LAST_ROW",
    "MOST_CELLS",
    "Corner",
    "at_most",
    "exactly",
    "farthest",
    "is_too_far",
]

LAST_ROW, LAST_COLUMN, MOST_CELLS = 1_000_000, 500, 5_000_000
CELL = re.compile(rb"""<(?:\w+:)?c\s[^<>]{0,200}?\br\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,7})["']""")
ROW = re.compile(rb"""<(?:\w+:)?row\s[^<>]{0,200}?\br\s*=\s*["']([0-9]{1,9})["']""")
MOST_LETTERS, MOST_DIGITS = 3, 8
BEFORE, AFTER = bytes(MOST_LETTERS + 1), bytes(MOST_DIGITS)
LITTLE = 2**14
Corner = tuple[int, int]


def is_too_far(corner: Corner) -> bool:
    """Tell whether a sheet up to this row and column is more than any table needs."""
    row, column = corner
    return row > LAST_ROW or column > LAST_COLUMN or row * column > MOST_CELLS


def farthest(corners: Iterable[Corner]) -> Corner:
    """Return the last row and the last column of any of these."""
    rows, columns = zip((0, 0), *corners, strict=True)
    return max(rows), max(columns)


def at_most(xml: bytes) -> Corner:
    """Return a row and a column beyond which a piece of a sheet names no cell.

    Examples
    --------
    >>> at_most(b'<row r="7" spans="1:99"><c r="B7"/></row>')
    (7, 2)
    """
    return exactly(xml) if len(xml) < LITTLE else quickly(xml)


def quickly(xml: bytes) -> Corner:
    """Return ``at_most``, taking what stands in quotation marks for an address if it may be one.

    Examples
    --------
    >>> quickly(b'<row r="7" spans="12:99"><c r="B7"/><c r="ab6"/></row>')
    (12, 28)
    """
    text = np.frombuffer(BEFORE + xml + AFTER, np.uint8)
    is_digit = text - ord("0") < 10
    numbers = np.flatnonzero(is_digit[1:] & ~is_digit[:-1]) + 1
    numbers = numbers[_opens(text[numbers - 1])]
    columns, before = _columns(text, numbers - 1)
    named = _opens(text[before])
    return (
        int(_rows(text, numbers[named]).max(initial=0)),
        int(columns[named].max(initial=0)),
    )


def _opens(byte: np.ndarray) -> np.ndarray:
    """Tell what an address or its number may come after: a quotation mark or a letter."""
    return (byte == ord('"')) | (byte == ord("'")) | _is_letter(byte)


def _is_letter(byte: np.ndarray) -> np.ndarray:
    return (byte | 0x20) - ord("a") < 26


def _columns(text: np.ndarray, last: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the columns whose letters end at these places, and the places before the letters."""
    columns = np.zeros(len(last), np.int64)
    for power in range(MOST_LETTERS + 1):
        is_letter = _is_letter(text[last])
        if not is_letter.any():
            break
        columns += np.where(is_letter, text[last] & 0x1F, 0).astype(np.int64) * 26**power
        last = last - is_letter
    return columns, last


def _rows(text: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Return the numbers that begin at these places; of a long one only that it is too far."""
    rows = np.zeros(len(first), np.int64)
    goes_on = np.ones(len(first), bool)
    for place in range(MOST_DIGITS):
        digits = text[first + place] - ord("0")
        goes_on &= digits < 10
        if not goes_on.any():
            break
        rows = np.where(goes_on, 10 * rows + digits, rows)
    return np.where(goes_on, LAST_ROW + 1, rows)


def exactly(xml: bytes) -> Corner:
    """Return the last row and the last column that a piece of a sheet names.

    Examples
    --------
    >>> exactly(b'<row r="7" spans="12:99"><c s="99" r="B7"/></row>')
    (7, 2)
    """
    cells = set(CELL.findall(xml))
    rows = {number for _, number in cells}.union(ROW.findall(xml))
    columns = {letters.upper() for letters, _ in cells}
    return max(map(int, rows), default=0), max(map(_column_number, columns), default=0)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
