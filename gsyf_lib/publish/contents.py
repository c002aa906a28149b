"""What the index of a report folder says: every page, what it found, whether it is up to date."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from gsyf_lib import words
from gsyf_lib.html import notice
from gsyf_lib.indicators import TOTAL
from gsyf_lib.publish.jobs import OVERVIEWS, SYNTHETIC
from gsyf_lib.publish.manifest import PageRecord
from gsyf_lib.publish.pages import IndexEntry, IndexPage
from gsyf_lib.receipts import completeness
from gsyf_lib.shared import Reading

__all__ = ["index_page"]

FILES = (
    ("判定结果", "results.xlsx", "总览和各项指标，用 Excel 或 WPS 打开"),
    ("判定结果（供程序使用）", "results.csv", "每个地区、每项目标一行"),
    ("数据质量问题", "findings.csv", "每个问题一行，注明文件、工作表和单元格"),
    ("数据说明", "datapackage.json", "以上两个CSV文件的字段说明"),
    ("清单", "manifest.json", "每个文件的SHA-256"),
)


def index_page(
    reading: Reading,
    results: pd.DataFrame,
    received: pd.DataFrame,
    pages: Mapping[str, PageRecord],
) -> IndexPage:
    """Return what the index says.

    Parameters
    ----------
    reading : plan and submissions
    results : frames.RESULTS of the year
    received : frames.RECEIPTS of the year
    pages : what became of each page
    """
    plan, submissions = reading.plan, reading.submissions
    year = int(results["year"].iloc[0])
    whole, owing = completeness(received, year)
    errors = int((submissions.findings["severity"] == "error").sum())
    said = f"{SYNTHETIC}：全部数字为随机生成，仅供演示。"
    return IndexPage(
        title=f"{plan.area}{year}年工伤预防年度报告目录",
        plan=plan.title,
        facts={
            "版本": "内部版",
            "数据截至": words.day(submissions.as_of),
            "本年度数据": f"{whole}/{owing}个地区报齐",
            "待核实的错误": f"{errors}处",
        },
        entries=_areas(results, received, pages),
        overviews=[_entry(name, text, pages) for name, text in OVERVIEWS.items()],
        files=FILES,
        notices=[notice(said, "synthetic")] if submissions.synthetic else [],
        running=SYNTHETIC if submissions.synthetic else plan.title,
    )


def _areas(
    results: pd.DataFrame, received: pd.DataFrame, pages: Mapping[str, PageRecord]
) -> list[IndexEntry]:
    goals = results[(results["indicator"] != "joint") & (results["industry"] != TOTAL)]
    tally = pd.crosstab(goals["area_code"], goals["status"]).reindex(
        columns=list(words.STATUSES), fill_value=0
    )
    complete = received["received"] == received["expected"]
    owing = complete.groupby(received["area_code"]).agg(["sum", "size"])
    entries = []
    for area in results.drop_duplicates("area_code").itertuples():
        counts: dict[str, Any] = tally.loc[area.area_code].to_dict()
        del counts["not_applicable"]
        entry = replace(
            _entry(area.area_code, area.area, pages),
            **counts,
            received=int(owing.loc[area.area_code, "sum"]),
            expected=int(owing.loc[area.area_code, "size"]),
            province=area.level == "province",
        )
        entries.append(entry)
    return entries


def _entry(name: str, text: str, pages: Mapping[str, PageRecord]) -> IndexEntry:
    page = pages[name]
    old = page.state != "current" and page.as_of
    return IndexEntry(
        name=text,
        href=f"{name}.html",
        built=page.key != "",
        stale=f"数据截至{words.day(pd.Timestamp(page.as_of))}" if old else "",
        problem=page.problem,
    )
