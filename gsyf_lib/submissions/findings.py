"""Findings are gathered while a submission is read; nothing stops at the first one."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from unicodedata import category

import pandas as pd

from gsyf_lib import frames

__all__ = [
    "SEVERITIES",
    "Findings",
    "Key",
    "Refused",
    "Source",
    "listed",
    "printable",
    "shortened",
]

# of a figure: code of the area, industry, year and measure
Key = tuple[str, str, int, str]
SEVERITIES = ("error", "warning", "info")
# How many findings of one kind are told of one file; the others are counted.
MOST_TOLD = 100
MOST_LISTED = 30
# mobile telephone, identity card (18 characters, before 2000 15 digits)
PERSONAL_NUMBER = re.compile(r"(?<![0-9])(?:1[3-9][0-9]{9}|[0-9]{17}[0-9Xx]|[0-9]{15})(?![0-9])")

# So much of a text is looked at as may be shown: where a number is hidden it gets shorter, by at
# most three fifths.
LONGER = 5


class Refused(Exception):  # noqa: N818 - never leaves the package: it becomes a finding
    """A file that is not opened, or cannot be; carries the finding's code and sentence."""

    def __init__(self, code: str, message: str, severity: str = "error") -> None:
        """Keep the finding's code, sentence and severity."""
        super().__init__(message)
        self.code, self.message, self.severity = code, message, severity


@dataclass(frozen=True)
class Source:
    """Where a figure comes from: the file, the sheet, and the day it was received."""

    file: str
    received_on: pd.Timestamp
    sheet: str = ""

    def place(self, cell: str = "") -> str:
        """Return the address in words: file, sheet and cell."""
        sheet = f"工作表“{self.sheet}”" if self.sheet else ""
        return f"《{self.file}》{sheet}{f'单元格{cell}' if cell else ''}"


@dataclass
class Findings:
    """A growing list of findings.

    Of each file the first hundred of a kind (severity and code) are told one by one. The others
    are one finding for each area, which says how many there are and is about all their figures.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    told: Counter[tuple[str, ...]] = field(default_factory=Counter)
    others: dict[tuple[str, ...], "Others"] = field(default_factory=dict)

    def add(
        self, severity: str, code: str, source: Source, message: str, cell: str = "", **about: Any
    ) -> None:
        """Add a finding; ``message`` goes on after the address: what, why, and what to do.

        ``about`` names the figure touched: area and its code, industry, year, measure; or, where
        there are many, ``touches`` holds the keys: code, industry, year and measure of each.
        """
        row = {
            "severity": severity,
            "code": code,
            "file": source.file,
            "sheet": source.sheet,
            "cell": cell,
            "area": about.get("area", ""),
            "industry": about.get("industry", ""),
            "year": about.get("year"),
            "measure": about.get("measure", ""),
            "message": f"{source.place(cell)}：{message}",
            "received_on": source.received_on,
            "area_code": about.get("area_code", ""),
            "touches": about.get("touches", ()),
        }
        kind = (source.file, severity, code)
        self.told[kind] += 1
        if self.told[kind] <= MOST_TOLD:
            self.rows.append(row)
            return
        key = (*kind, row["area_code"], "figure" if row["industry"] else "")
        if key in self.others:
            self.others[key].count(row)
        else:
            self.others[key] = Others(row)
            self.rows.append(row)

    def touch(self, sheet: str, keys: Iterable[Key]) -> None:
        """Say which figures the errors on a sheet as a whole are about.

        What stands for many is about no figure that is known: other sheets may be meant, too.
        """
        touches = tuple(keys)
        for row in self.rows:
            is_of_all = not row["industry"] and not row["touches"]
            if row["sheet"] == sheet and row["severity"] == "error" and is_of_all:
                row["touches"] = touches

    def frame(self) -> pd.DataFrame:
        """Return the findings as a frame, with what settling them asks for besides."""
        columns = [*frames.FINDINGS.names, "received_on", "area_code", "touches"]
        found = pd.DataFrame(self.rows, columns=columns)
        return found.astype({c.name: c.dtype for c in frames.FINDINGS.columns})


class Others:
    """The finding that stands for those of its kind that are not told one by one."""

    def __init__(self, row: dict[str, Any]) -> None:
        """Keep the first of them, to whose sentence the number of the others is added."""
        self.row, self.message, self.more = row, row["message"], 0
        self.row["touches"] = dict.fromkeys(_touched(row))

    def count(self, row: dict[str, Any]) -> None:
        """Count one more; the figures that it is about are touched as well."""
        self.more += 1
        self.row["message"] = f"{self.message}。同类问题另有{self.more}处，未逐一列出"
        self.row["touches"] |= dict.fromkeys(_touched(row))


def _touched(row: Mapping[str, Any]) -> Iterable[tuple[Any, ...]]:
    """Return the figures that a finding is about."""
    return row["touches"] or [(row["area_code"], row["industry"], row["year"], row["measure"])]


def shortened(value: object, length: int = 40) -> str:
    """Return submitted text for a message: one line, at most ``length`` characters.

    What cannot be seen is spelt out; what looks like a person's number is left out.

    Examples
    --------
    >>> shortened("煤" * 50)[-3:], shortened("12\\u202e"), shortened("电话13812345678")
    ('煤煤…', '12\\\\u202e', '电话［号码已隐去］')
    """
    text = " ".join(str(value).split())[: LONGER * length]
    text = printable(PERSONAL_NUMBER.sub("［号码已隐去］", text))
    return text if len(text) <= length else text[:length] + "…"


def printable(text: str) -> str:
    """Return text with what cannot be seen, or would break a line, spelt out."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() or category(letter) == "Zs" else ascii(letter)[1:-1]
        for letter in text
    )


def listed(names: Iterable[object]) -> str:
    """Join names with the Chinese enumeration comma; of very many, the first and their number.

    Examples
    --------
    >>> listed(["太原市", "大同市"]), listed(range(2019, 9999))[-11:]
    ('太原市、大同市', '、2048等7980项')
    """
    words = [str(name) for name in names]
    more = f"等{len(words)}项" if len(words) > MOST_LISTED else ""
    return "、".join(words[:MOST_LISTED]) + more
