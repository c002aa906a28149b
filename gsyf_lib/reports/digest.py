"""The last cell of a notebook: which figures it used and how much it showed.

``gsyf report`` works out the same digest from its own frames, and counts what it received. A
notebook that left early, worked on other figures, or lost a chart on its way becomes no page.
"""

import json
import sys
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from typing import Any

import pandas as pd
from pandas.util import hash_pandas_object

from gsyf_lib.assessment import JudgedPlan
from gsyf_lib.plan import Plan
from gsyf_lib.submissions import Submissions

CLOSING = "application/vnd.gsyf.closing+json"
FRAMES = ("observations", "progress", "faulty", "revisions", "sources", "findings")


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


def closing(judged: JudgedPlan, results: pd.DataFrame) -> Closing:
    """Return what the notebook used and showed, for its last cell.

    Parameters
    ----------
    judged : JudgedPlan
    results : frames.RESULTS of the year, as the notebook used them

    Examples
    --------
    >>> gs.closing(judged, results).figures
    0
    """
    return Closing(digest_of(judged.plan, judged.submissions, results), *_shown())


def digest_of(plan: Plan, submissions: Submissions, results: pd.DataFrame) -> str:
    """Return a hash over every row of all that a notebook may use.

    Parameters
    ----------
    plan, submissions : as loaded
    results : frames.RESULTS of the year
    """
    said = _plan_text(plan) + f"{submissions.as_of} {submissions.synthetic}"
    hashed = sha256(said.encode())
    for frame in (*(getattr(submissions, name) for name in FRAMES), results):
        rows = hash_pandas_object(frame, index=False).to_numpy("uint64")
        hashed.update(f"\n{len(rows)} ".encode() + rows.tobytes())
    return hashed.hexdigest()


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
    counts = [shown_by(result) for result in results]
    return sum(figures for figures, _ in counts), sum(tables for _, tables in counts)


def shown_by(result: Any) -> tuple[int, int]:
    """Return what Jupyter shows of a cell's result: so many charts, so many tables or texts."""
    if hasattr(result, "drawings"):
        return len(result), 0
    if hasattr(result, "svg"):
        return 1, 0
    return 0, int(hasattr(result, "_repr_mimebundle_") or hasattr(result, "_repr_html_"))
