"""Findings are gathered while a submission is read; nothing stops at the first one."""

import re
from collections.abc import Iterable
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
# mobile telephone, identity card (18 characters, before 2000 15 digits)
PERSONAL_NUMBER = re.compile(r"(?<![0-9])(?:1[3-9][0-9]{9}|[0-9]{17}[0-9Xx]|[0-9]{15})(?![0-9])")


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
    """A growing list of findings about one file."""

    rows: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self, severity: str, code: str, source: Source, message: str, cell: str = "", **about: Any
    ) -> None:
        """Add a finding; ``message`` goes on after the address: what, why, and what to do.

        ``about`` names the figure touched: area and its code, industry, year, measure; or, where
        there are many, ``touches`` holds the keys: code, industry, year and measure of each.
        """
        self.rows.append(
            {
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
        )

    def touch(self, sheet: str, keys: Iterable[Key]) -> None:
        """Say which figures the errors on a sheet as a whole are about."""
        touches = tuple(keys)
        for row in self.rows:
            if row["sheet"] == sheet and row["severity"] == "error" and not row["industry"]:
                row["touches"] = touches

    def frame(self) -> pd.DataFrame:
        """Return the findings as a frame, with what settling them asks for besides."""
        columns = [*frames.FINDINGS.names, "received_on", "area_code", "touches"]
        found = pd.DataFrame(self.rows, columns=columns)
        return found.astype({c.name: c.dtype for c in frames.FINDINGS.columns})


def shortened(value: object, length: int = 40) -> str:
    """Return submitted text for a message: one line, at most ``length`` characters.

    What cannot be seen is spelt out; what looks like a person's number is left out.

    Examples
    --------
    >>> shortened("煤" * 50)[-3:], shortened("12\\u202e"), shortened("电话13812345678")
    ('煤煤…', '12\\\\u202e', '电话［号码已隐去］')
    """
    text = printable(PERSONAL_NUMBER.sub("［号码已隐去］", " ".join(str(value).split())))
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
    """Join names with the Chinese enumeration comma."""
    return "、".join(str(name) for name in names)
