"""Findings are gathered while a submission is read; nothing stops at the first one."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from gsyf_lib import frames

__all__ = ["SEVERITIES", "Findings", "Refused", "Source", "listed", "shortened"]

SEVERITIES = ("error", "warning", "info")


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

        ``about`` names the figure touched: area, industry, year, measure; or, where there are
        many, ``touches`` holds these four of each.
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
                "touches": about.get("touches", ()),
            }
        )

    def frame(self) -> pd.DataFrame:
        """Return the findings as a frame; beside the contract's columns the day and ``touches``."""
        columns = [*frames.FINDINGS.names, "received_on", "touches"]
        found = pd.DataFrame(self.rows, columns=columns)
        return found.astype({c.name: c.dtype for c in frames.FINDINGS.columns})


def shortened(value: object, length: int = 40) -> str:
    """Return submitted text for a message: one line, at most ``length`` characters.

    Examples
    --------
    >>> shortened("煤" * 50)[-3:]
    '煤煤…'
    """
    text = " ".join(str(value).split())
    return text if len(text) <= length else text[:length] + "…"


def listed(names: Iterable[object]) -> str:
    """Join names with the Chinese enumeration comma."""
    return "、".join(str(name) for name in names)
