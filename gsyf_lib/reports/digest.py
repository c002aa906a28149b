"""The last cell of a notebook: a hash over the figures it used, and how many results it showed.

``gsyf report`` works out the same hash from its own frames and counts the results it received
(``verdict``). If a notebook stopped early, used other figures, or if a chart got lost on the way,
no page is made of it.
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
    """What a notebook reports of itself at its end.

    digest : hash over the figures used
    figures, tables : how many charts its cells have shown, and how many tables or texts
    """

    digest: str
    figures: int
    tables: int

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {CLOSING: asdict(self), "text/plain": repr(self)}

    def __repr__(self) -> str:
        """Return the counts and the hash as a sentence."""
        return f"显示图{self.figures}幅、表和文字{self.tables}处；所用数据的摘要：{self.digest}"


def closing(judged: JudgedPlan, results: pd.DataFrame) -> Closing:
    """Report what the notebook has used and shown; call it in the last cell.

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
    """Return a hash over the plan, the submissions and the year's results, row by row."""
    text = _plan_text(plan) + f"{submissions.as_of} {submissions.synthetic}"
    hashed = sha256(text.encode())
    for frame in (*(getattr(submissions, name) for name in FRAMES), results):
        # With the number of rows, so that none can move from one frame to the next unseen.
        rows = hash_pandas_object(frame, index=False).to_numpy("uint64")
        hashed.update(f"\n{len(rows)} ".encode() + rows.tobytes())
    return hashed.hexdigest()


def _plan_text(plan: Plan) -> str:
    """Return everything in a plan as text, except its folder."""
    content = {entry.name: getattr(plan, entry.name) for entry in fields(plan)}
    del content["folder"]  # a run works on a copy of the plan, in another folder
    return json.dumps(
        {
            name: value.to_csv(index=False) if isinstance(value, pd.DataFrame) else repr(value)
            for name, value in content.items()
        },
        ensure_ascii=False,
    )


def _shown() -> tuple[int, int]:
    """Count the charts, and the tables and texts, that the cells run so far have shown."""
    # IPython keeps the results of all cells in the dictionary ``Out``.
    interactive = sys.modules.get("IPython")
    shell = interactive.get_ipython() if interactive else None
    results = shell.user_ns.get("Out", {}).values() if shell else ()
    counts = [shown_by(result) for result in results]
    return sum(figures for figures, _ in counts), sum(tables for _, tables in counts)


def shown_by(result: Any) -> tuple[int, int]:
    """Return how many charts, and how many tables or texts, Jupyter shows for a cell's result."""
    if hasattr(result, "drawings"):  # a series of charts
        return len(result), 0
    if hasattr(result, "svg"):  # one chart
        return 1, 0
    return 0, int(hasattr(result, "_repr_mimebundle_") or hasattr(result, "_repr_html_"))
