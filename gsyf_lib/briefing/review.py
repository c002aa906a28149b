"""One evaluation of one area, judged on the figures that had come by its day."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import JudgedPlan, judge, select_area
from gsyf_lib.documents.blocks import paragraphs
from gsyf_lib.errors import UsageError
from gsyf_lib.plan import Plan
from gsyf_lib.submissions import Submissions

# A run notebook is all that the maker of Word and slides gets: the cover travels in its outputs,
# under a type of its own, which JupyterLab ignores.
COVER_TYPE = "application/vnd.gsyf.cover+json"
KINDS = {"midterm_review": "中期评估报告", "final_review": "实施情况总结报告"}


@dataclass(frozen=True)
class Review:
    """An evaluation of one area.

    judged : the plan and what had come by the evaluation's day, judged
    area : official name
    in_year : the year whose task the evaluation is
    kind : midterm_review or final_review
    last : the year judged (``reviewed_year``)
    """

    judged: JudgedPlan
    area: str
    in_year: int
    kind: str
    last: int

    @property
    def title(self) -> str:
        """The title in two or three lines, broken where official papers break them."""
        # A line break before the bracket keeps the years of the plan together.
        plan = self.plan.title.replace("（", "\n（")
        return f"《{plan}》\n{KINDS[self.kind]}"

    @property
    def cover(self) -> dict[str, Any]:
        """The texts of the document's cover, running head and properties."""
        day = wording.day(self.submissions.as_of)
        return {
            "title": self.title,
            "name": f"{self.area}{KINDS[self.kind]}（讨论稿）",
            "subtitle": f"{self.area}（讨论稿）",
            "facts": [f"数据收取截至{day}（评价到{self.last}年）"],
            "running": wording.SYNTHETIC if self.submissions.synthetic else f"{self.area} 讨论稿",
            "area": self.area,
            "scope": f"（{self.area}，截至{self.last}年）",
            "day": f"{self.submissions.as_of:%Y-%m-%d}",
            "sources": f"来源：截至{day}收到的{len(self.submissions.sources)}个报送文件，"
            f"按《{self.plan.title}》{self.last}年目标判定；全部结论见报告附表。",
        }

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        """Return the cover as text for the screen, and as data for Word and slides."""
        cover = self.cover
        lines = [cover["title"].replace("\n", ""), cover["subtitle"], *cover["facts"]]
        return {COVER_TYPE: cover, **paragraphs(lines, "cover")._repr_mimebundle_()}

    @property
    def is_province(self) -> bool:
        """Whether it is about the whole province."""
        return self.area == self.plan.area

    @property
    def is_last_year(self) -> bool:
        """Whether the year judged is the plan's last, after which there is nothing to foresee."""
        return self.last == self.plan.last_year

    def in_scope(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return all rows for the province, which answers for its cities, else the area's own."""
        return frame if self.is_province else frame[frame["area"] == self.area]

    @property
    def plan(self) -> Plan:
        """The plan evaluated."""
        return self.judged.plan

    @property
    def submissions(self) -> Submissions:
        """What had been handed in by the evaluation's day."""
        return self.judged.submissions

    @property
    def results(self) -> pd.DataFrame:
        """frames.RESULTS of all areas in the year judged."""
        return self.judged.results(self.last)

    @cached_property
    def outlook(self) -> pd.DataFrame:
        """frames.OUTLOOK of the area in the year judged."""
        return select_area(self.judged.outlook(self.last), self.area)

    @cached_property
    def goals(self) -> pd.DataFrame:
        """The area's own goals of that year, without 重点行业合计 and 均下降."""
        return self.goals_of(self.last)

    def goals_of(self, year: int) -> pd.DataFrame:
        """Return the area's own goals of a year, as ``goals``."""
        rows = select_area(self.judged.results(year), self.area)
        return rows[rows["counted"]]

    @cached_property
    def values(self) -> dict[tuple[str, str, str, int], dict[str, Any]]:
        """The values that the year is judged by, by area code, industry, indicator and year."""
        # Tables ask for single values hundreds of times: a dict answers faster than a frame.
        key = ["area_code", "industry", "indicator", "year"]
        rows = self.judged.values(self.last).to_dict("records")
        return {tuple(row[name] for name in key): row for row in rows}

    @cached_property
    def receipts(self) -> pd.DataFrame:
        """frames.RECEIPTS of the area, or of all areas for the province."""
        return self.in_scope(self.judged.receipts)


def early_words(rows: pd.DataFrame) -> str:
    """Return whether all, some or no verdicts rest on figures that may still be corrected."""
    early = rows.loc[rows["status"].isin(wording.JUDGED), "provisional"]
    if not early.any():
        return ""
    return "初步数据" if early.all() else "部分为初步数据"


def load_review(
    year: int,
    area: str | None = None,
    data: str | Path | None = None,
    as_of: str | None = None,
) -> Review:
    """Load the figures of the evaluation held in ``year`` (2023: mid-term, 2025: final), judged.

    It is of the province if no ``area`` is given. ``data`` is the plan's folder. Figures count
    until the day ``as_of``, or else until the last day of ``year`` (reading 17). UsageError if the
    plan holds no evaluation in that year, or no figure of a year with targets had come.

    Examples
    --------
    >>> review = load_review(2023, "太原", data="data")
    >>> review.area, review.kind, review.last
    ('太原市', 'midterm_review', 2022)
    """
    judged = judge(data, as_of or f"{year}-12-31")
    kind = evaluation_kind(judged.plan, year)
    name = judged.plan.area_row(area or judged.plan.area)["name"]
    return Review(judged, name, year, kind, reviewed_year(judged, kind))


def reviewed_year(judged: JudgedPlan, kind: str) -> int:
    """Return the year that an evaluation judges.

    The final one looks back on the whole plan: its verdicts are those of the plan's last year, and
    if nothing has come of that year they say so. The other judges the last year with figures
    (reading 17). UsageError if no figure had come.
    """
    if judged.submissions.observations.empty:
        raise UsageError(
            f"截至{wording.day(judged.submissions.as_of)}没有收到数据，不能评估。请改用较晚的 as_of"
        )
    if kind == "final_review":
        return judged.plan.last_year
    return judged.latest_year


def evaluation_kind(plan: Plan, year: int) -> str:
    """Return which evaluation the plan's tasks of a year hold; UsageError if none."""
    tasks = plan.tasks[plan.tasks["kind"].isin(KINDS)]
    of_year = tasks.loc[tasks["year"] == year, "kind"]
    if of_year.empty:
        there = "、".join(f"{row['year']}年（{KINDS[row['kind']]}）" for _, row in tasks.iterrows())
        raise UsageError(f"行动计划没有把评估列入{year}年的工作任务。可用：{there}")
    return str(of_year.iloc[0])
