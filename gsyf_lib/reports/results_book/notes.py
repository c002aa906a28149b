"""Findings, readings and files in; the rows of the sheets that list them out."""

from collections.abc import Iterator

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.plan import Plan
from gsyf_lib.submissions import Submissions
from gsyf_lib.tables.readings import reading_rows

FINDINGS = [
    ("程度", 8),
    ("地区", 9),
    ("年度", 9),
    ("行业", 13),
    ("数据", 14),
    ("问题和办法", 60),
    ("文件", 34),
    ("工作表", 11),
    ("单元格", 10),
]
READINGS = [("类别", 9), ("条款或栏目", 32), ("本报告采用的口径", 84)]
SOURCES = [("文件", 54), ("收到日期", 12), ("数据项", 8), ("涉及地区", 20), ("SHA-256", 68)]
HOW_TO_READ = {
    "对比值、对比年度": "年度目标与之比较的数；“持续降低”的对比年度为上一有数据的年度",
    "达标界限、余量": "仍算达标的最多起数、人数、例数，或最少培训人数；与实际值之差",
    "重点行业合计、两项均降": "由各行业相加，由两项结论得出，另行判定；不计入目标数",
    "95%区间：最好、最差": "数量少时偶然波动大，真实变化可能落在此区间内；不影响结论",
    "风险未变时达标的机会": "假设风险与对比年度相同，仅凭偶然也能达标的概率；不影响结论",
    "未报送、数据有误、不能判定": "没有收到、收到但有误而未采用、因此不能合计或计算；"
    "都不是0，不作判定，不估算",
}


def finding_rows(submissions: Submissions) -> Iterator[tuple[object, ...]]:
    """Yield the findings on submissions, one row each."""
    for row in submissions.findings.to_dict("records"):
        yield (
            wording.SEVERITIES[row["severity"]],
            row["area"] or wording.NONE,
            wording.NONE if pd.isna(row["year"]) else f"{row['year']}年",
            row["industry"] or wording.NONE,
            wording.MEASURES.get(row["measure"], wording.NONE),
            row["message"],
            row["file"] or wording.NONE,
            row["sheet"] or wording.NONE,
            row["cell"] or wording.NONE,
        )


def note_rows(plan: Plan) -> Iterator[tuple[object, ...]]:
    """Yield the meaning of columns, and how open clauses are read."""
    for heading, meaning in HOW_TO_READ.items():
        yield "栏目", heading, meaning
    for clause, meaning in reading_rows(plan):
        yield "条款", clause, meaning


def source_rows(plan: Plan, submissions: Submissions) -> Iterator[tuple[object, ...]]:
    """Yield the files read, with the day received and the hash."""
    names = dict(zip(plan.areas["code"], plan.areas["name"], strict=True))
    for row in submissions.sources.to_dict("records"):
        areas = [names[code] for code in row["areas"].split("|") if code]
        received = row["received_on"].date()
        yield row["file"], received, row["figures"], "、".join(areas) or wording.NONE, row["sha256"]
