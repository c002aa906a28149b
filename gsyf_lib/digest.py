"""The last cell of a notebook: which figures it used and how much it showed.

``gsyf report`` works out the same digest from its own frames, and counts what it received. A
notebook that left early, worked on other figures, or lost a chart on its way becomes no page.
"""

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from hashlib import sha256
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pandas.util import hash_pandas_object

from gsyf_lib.judged import JudgedPlan
from gsyf_lib.plan import Plan
from gsyf_lib.submissions import Submissions

__all__ = ["CLOSING", "SERIES", "Closing", "Digests", "Shown", "closing"]

CLOSING = "application/vnd.gsyf.closing+json"
SERIES = "series"  # marks the figures of a series, each shown as an output of its own
BY_CODE = ("observations", "progress", "faulty", "revisions")


@dataclass(frozen=True)
class Closing:
    """What a notebook says of itself at its end.

    digest : hash over the figures used
    figures, tables : results of its cells that are charts, and those that are tables or text
    """

    digest: str
    figures: int
    tables: int

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {CLOSING: asdict(self), "text/plain": repr(self)}

    def __repr__(self) -> str:
        """Return it in words."""
        return f"显示图{self.figures}幅、表和文字{self.tables}处；所用数据的摘要：{self.digest}"


def closing(judged: JudgedPlan, year: int, area: str | None = None) -> Closing:
    """Return what the notebook used and showed, for its last cell.

    Parameters
    ----------
    judged : JudgedPlan
    year : year judged
    area : the one area whose figures the notebook uses; None if it uses those of others too

    Examples
    --------
    >>> gs.closing(judged, 2023, "太原市").figures
    0
    """
    plan, submissions, results = judged.plan, judged.submissions, judged.results(year)
    if area is None:
        digest = Digests(plan, submissions, results).of_all()
    else:
        row = plan.area_row(area)
        own = _only(submissions, row["code"], row["name"])
        results = results[results["area_code"] == row["code"]]
        digest = Digests(plan, own, results).of(row["code"], row["name"])
    figures, tables = _shown()
    return Closing(digest, figures, tables)


class Shown(NamedTuple):
    """What the result of a cell is to Jupyter: so many charts, so many tables or texts."""

    figures: int
    tables: int

    @classmethod
    def by(cls, result: Any) -> "Shown":
        """Return what Jupyter shows of a result."""
        if hasattr(result, "drawings"):
            return cls(len(result), 0)
        figures = int(hasattr(result, "svg"))
        either = hasattr(result, "_repr_mimebundle_") or hasattr(result, "_repr_html_")
        return cls(figures, int(either) - figures)


class Digests:
    """Hashes over the figures that pages use: those of one area, or all.

    Parameters
    ----------
    plan, submissions : as loaded
    results : frames.RESULTS of the year
    """

    def __init__(self, plan: Plan, submissions: Submissions, results: pd.DataFrame) -> None:
        """Hash every row once."""
        self.shared = _plan_text(plan) + f"{submissions.as_of} {submissions.synthetic}"
        self.parts = [_Part(getattr(submissions, name), "area_code") for name in BY_CODE]
        self.parts.append(_Part(results, "area_code"))
        self.findings = _Part(submissions.findings, "area")
        self.sources = _Part(*_by_area(submissions.sources))

    def of(self, code: str, name: str) -> str:
        """Return the digest of an area's figures, and of the findings that belong to no area."""
        rows = [part.rows(code) for part in (*self.parts, self.sources)]
        return self._digest([*rows, self.findings.rows(name), self.findings.rows("")])

    def of_all(self) -> str:
        """Return the digest of everything."""
        return self._digest([part.hashes for part in (*self.parts, self.sources, self.findings)])

    def _digest(self, rows: Iterable[np.ndarray]) -> str:
        hashed = sha256(self.shared.encode())
        for hashes in rows:
            hashed.update(f"\n{len(hashes)} ".encode() + hashes.tobytes())
        return hashed.hexdigest()


class _Part:
    """The row hashes of a frame, and where the rows of each area are."""

    def __init__(self, frame: pd.DataFrame, key: str) -> None:
        self.hashes = hash_pandas_object(frame, index=False).to_numpy("uint64")
        self.places = frame.groupby(key).indices if len(frame) else {}

    def rows(self, value: str) -> np.ndarray:
        return self.hashes[self.places.get(value, np.array([], dtype=int))]


def _by_area(sources: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return the files once for each area that they hold figures of."""
    return sources.assign(area=sources["areas"].str.split("|")).explode("area"), "area"


def _only(submissions: Submissions, code: str, name: str) -> Submissions:
    own = {n: frame[frame["area_code"] == code] for n, frame in _frames(submissions).items()}
    findings, sources = submissions.findings, submissions.sources
    own["findings"] = findings[findings["area"].isin([name, ""])]
    own["sources"] = sources[sources["areas"].str.contains(code, regex=False)]
    return replace(submissions, **own)


def _frames(submissions: Submissions) -> dict[str, pd.DataFrame]:
    return {name: getattr(submissions, name) for name in BY_CODE}


def _plan_text(plan: Plan) -> str:
    """Return all that a plan says, but not where its folder is."""
    said = {entry.name: getattr(plan, entry.name) for entry in fields(plan)}
    del said["folder"]
    return json.dumps(
        {
            name: value.to_csv(index=False) if isinstance(value, pd.DataFrame) else repr(value)
            for name, value in said.items()
        },
        ensure_ascii=False,
    )


def _shown() -> tuple[int, int]:
    """Count the charts, and the tables and texts, that the cells run so far have shown."""
    interactive = sys.modules.get("IPython")
    shell = interactive.get_ipython() if interactive else None
    results = shell.user_ns.get("Out", {}).values() if shell else ()
    kinds = [result if isinstance(result, Shown) else Shown.by(result) for result in results]
    return sum(kind.figures for kind in kinds), sum(kind.tables for kind in kinds)
