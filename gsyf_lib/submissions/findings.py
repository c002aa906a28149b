"""Faults found while reading in; rows of frames.FINDINGS out. Reading never stops at the first."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from unicodedata import category

import pandas as pd

from gsyf_lib import frames
from gsyf_lib.submissions.measures import KEY, Key, about
from gsyf_lib.submissions.register import SENTENCES, halves

NOBODY: Mapping[str, Any] = {}
# So many findings of one kind are written out for one file; the others are only counted.
MOST_TOLD = 100
MOST_LISTED = 30
# mobile telephone, identity card (18 characters, before 2000 15 digits)
PERSONAL_NUMBER = re.compile(r"(?<![0-9])(?:1[3-9][0-9]{9}|[0-9]{17}[0-9Xx]|[0-9]{15})(?![0-9])")
# A cell may hold megabytes: only this many times the length shown is looked at. That is enough,
# because the mark that hides a number is at least a third as long as the number.
LONGER = 5


class Refused(Exception):  # noqa: N818 - never leaves the package: it becomes a finding
    """Raised for a file that must not or cannot be opened; ``read_submission`` makes it a finding.

    ``said`` is the whole sentence, where a reader words it itself and not the register.
    """

    def __init__(self, name: str, said: str = "", **fields: Any) -> None:
        """Look the sentence up and keep what fills it."""
        self.name = f"{name}.said" if said else name
        self.fields: dict[str, Any] = {"said": said} if said else fields
        sentence = SENTENCES[self.name]
        self.code, self.severity = sentence.code, sentence.severity
        super().__init__(f"{sentence.wrong}{sentence.asked}".format_map(self.fields))


@dataclass(frozen=True)
class Source:
    """Where a figure comes from: the file, the sheet, and the day it was received."""

    file: str
    received_on: pd.Timestamp
    sheet: str = ""

    def address(self, cell: str = "") -> str:
        """Return the address in words: file, sheet and cell."""
        sheet = f"工作表“{self.sheet}”" if self.sheet else ""
        return f"《{self.file}》{sheet}{f'单元格{cell}' if cell else ''}"


class Found:
    """One fault: the sentence that tells it, the cell it points at, and the figures it is about.

    ``about`` is the one figure it is about, as far as known; ``touches`` are the keys of all, where
    they are several; ``withholds`` those not to be used because of it if it is an error, as
    ``withhold`` of the object checked takes them. ``more`` follows the sentence, whose blanks
    ``fields`` fill.
    """

    def __init__(
        self,
        name: str,
        source: Source,
        cell: str = "",
        about: Mapping[str, Any] = NOBODY,
        *,
        touches: Iterable[Key] = (),
        withholds: Any = (),
        more: str = "",
        **fields: Any,
    ) -> None:
        """Keep the parts; ``row`` puts them together."""
        self.sentence, self.source, self.cell, self.about = SENTENCES[name], source, cell, about
        self.touches, self.withholds = tuple(touches), withholds
        self.more, self.fields = more, fields

    def row(self) -> dict[str, Any]:
        """Return a row of frames.FINDINGS, with four columns more that ``settled`` needs."""
        sentence = self.sentence
        wrong, asked = (text.format_map(self.fields) for text in (sentence.wrong, sentence.asked))
        # A reader's own sentence comes whole (``Refused``) and is split here.
        if sentence.wrong == "{said}":
            wrong, asked = halves(wrong)
        start = f"{self.source.address(self.cell)}：{wrong}"
        return {
            "severity": sentence.severity,
            "code": sentence.code,
            "file": self.source.file,
            "sheet": self.source.sheet,
            "cell": self.cell,
            "area": self.about.get("area", ""),
            "industry": self.about.get("industry", ""),
            "year": self.about.get("year"),
            "measure": self.about.get("measure", ""),
            "message": f"{start}{asked}{self.more}",
            "wrong": start,
            "received_on": self.source.received_on,
            "area_code": self.about.get("area_code", ""),
            "touches": self.touches,
        }


def source_of(row: Any) -> Source:
    """Return where the figure in a row of frames.OBSERVATIONS comes from."""
    return Source(row["file"], row["received_on"], row["sheet"])


def found_at(row: Any, name: str, *left_open: str, **fields: Any) -> Found:
    """Return a finding that points at the figure in a row.

    ``left_open`` names parts of its key that the finding is not about: one on a whole table is not
    about an industry. What ``fields`` does not fill of its sentence comes from the row.
    """
    of_it = {key: value for key, value in about(row).items() if key not in left_open}
    found = Found(name, source_of(row), row["cell"], of_it)
    found.fields = {**row, **fields}
    return found


@dataclass
class Findings:
    """A growing list of findings.

    Of each file the first hundred of a kind (severity and code) are kept one by one. The rest are
    put together, one finding for each area that says how many they are and touches all of them.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    counts: Counter[tuple[str, ...]] = field(default_factory=Counter)
    others: dict[tuple[str, ...], dict[str, Any]] = field(default_factory=dict)

    def flag(self, name: str, source: Source, *where: Any, **fields: Any) -> None:
        """Add a finding, with the parameters of ``Found``."""
        self.add(Found(name, source, *where, **fields))

    def add(self, found: Found) -> None:
        """Add a finding, or count it if there are a hundred of its kind already."""
        row = found.row()
        kind = (row["file"], row["severity"], row["code"])
        self.counts[kind] += 1
        if self.counts[kind] <= MOST_TOLD:
            self.rows.append(row)
            return
        key = (*kind, row["area_code"], "figure" if row["industry"] else "")
        # A dict in place of a set: its order is that of the file, the same in every run.
        touches = dict.fromkeys(row["touches"] or [tuple(row[name] for name in KEY)])
        if key not in self.others:
            self.others[key] = row | {"touches": touches, "alone": row["message"], "more": 0}
            self.rows.append(self.others[key])
            return
        one = self.others[key]
        one["touches"] |= touches
        one["more"] += 1
        one["message"] = f"{one['alone']}。同类问题另有{one['more']}处，未逐一列出"

    def touch(self, sheet: str, keys: Iterable[Key]) -> None:
        """Make the errors about a whole sheet touch these figures.

        One that stands for many (``others``) is left alone: it may mean other sheets, too.
        """
        touches = tuple(keys)
        for row in self.rows:
            is_of_all = not row["industry"] and not row["touches"]
            if row["sheet"] == sheet and row["severity"] == "error" and is_of_all:
                row["touches"] = touches

    def frame(self) -> pd.DataFrame:
        """Return the findings as a frame, with the four columns that ``settled`` needs."""
        columns = [*frames.FINDINGS.names, "wrong", "received_on", "area_code", "touches"]
        found = pd.DataFrame(self.rows, columns=columns)
        return found.astype({c.name: c.dtype for c in frames.FINDINGS.columns})


def shortened(value: object, length: int = 40) -> str:
    """Return submitted text for a message: one line, at most ``length`` characters.

    Invisible characters are spelt out; what looks like a telephone or identity number is hidden.
    """
    text = " ".join(str(value).split())[: LONGER * length]
    text = printable(PERSONAL_NUMBER.sub("［号码已隐去］", text))
    return text if len(text) <= length else text[:length] + "…"


def printable(text: str) -> str:
    """Return text with invisible characters and line breaks spelt out (``\\u202e``)."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() or category(letter) == "Zs" else ascii(letter)[1:-1]
        for letter in text
    )


def listed(names: Iterable[object]) -> str:
    """Join names with the Chinese enumeration comma; of very many, the first and their number."""
    words = [str(name) for name in names]
    more = f"等{len(words)}项" if len(words) > MOST_LISTED else ""
    return "、".join(words[:MOST_LISTED]) + more
