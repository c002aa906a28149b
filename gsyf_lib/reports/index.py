"""The records of all pages in; the index of a report folder out, and stand-ins for absent pages."""

import base64
from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from typing import Any

import pandas as pd
from markupsafe import Markup
from nbformat import v4

from gsyf_lib import wording
from gsyf_lib.assessment import JudgedPlan, shown_statuses
from gsyf_lib.documents.blocks import Paragraph, notice
from gsyf_lib.reports.jobs import INDEX, OVERVIEWS, page_frame, responsible, years_linked
from gsyf_lib.reports.manifest import MANIFEST, Manifest, PageRecord
from gsyf_lib.reports.pages import TEMPLATES, render_page, render_template
from gsyf_lib.submissions import completeness

FILES = (
    ("判定结果", "results.xlsx", "总览和各项指标，用 Excel 或 WPS 打开"),
    ("判定结果（供程序使用）", "results.csv", "每个地区、每项目标一行"),
    ("数据质量问题", "findings.csv", "每个问题一行，注明文件、工作表和单元格"),
    ("数据说明", "datapackage.json", "以上两个CSV文件的字段说明"),
    ("清单", "manifest.json", "每个文件的SHA-256"),
)
# The heading of a page under which the findings are listed.
FINDINGS = "数据质量问题和修订"
ABSENT = (
    "生成报告时只选了部分地区，或者本页生成失败，又没有更早的版本。各页的情况见[目录](index.html)。"
)


def index_page(
    judged: JudgedPlan,
    year: int,
    pages: Mapping[str, PageRecord],
    made: Collection[str],
    others: Sequence[Manifest] = (),
) -> bytes:
    """Return the index: tables of the pages, and the files in ``made`` that readers want.

    ``others`` are the manifests of other years, whose folders stand beside this one.
    """
    content = index_content(judged, year, pages, made)
    content["elsewhere"] = years_linked(INDEX, year, others)
    return render_index(content)


def render_index(content: Mapping[str, Any]) -> bytes:
    """Return the index as HTML.

    Its only script filters and sorts the tables; without it everything can still be read. The
    page's content security policy (CSP) allows this script by its hash, and no other one.
    """
    script = (TEMPLATES / "index.js").read_text("utf-8")
    hashed = base64.b64encode(sha256(script.encode()).digest()).decode()
    return render_template(
        "index.html.j2",
        sections=(),
        navigation=(),
        script=Markup(script),
        script_hash=Markup(f"sha256-{hashed}"),
        **content,
    )


def index_content(
    judged: JudgedPlan, year: int, pages: Mapping[str, PageRecord], made: Collection[str]
) -> dict[str, Any]:
    """Return what stands on the index, by its name in the template."""
    plan, submissions, results = judged.plan, judged.submissions, judged.results(year)
    received = judged.receipts[judged.receipts["data_year"] == year]
    whole, owing = completeness(received, year)
    errors = int((submissions.findings["severity"] == "error").sum())
    return {
        **page_frame(judged),
        "title": f"{plan.area}{year}年工伤预防年度报告目录",
        "elsewhere": {},
        "facts": {
            "版本": "内部版",
            "数据收取截至": wording.day(submissions.as_of),
            "本年度数据": f"{whole}/{owing}个地区报齐",
            "待核实的错误": f"{errors}处",
        },
        "leads": {"待核实的错误": f"{plan.area_row(plan.area)['code']}.html#{FINDINGS}"},
        "entries": _areas(results, received, pages),
        "departments": _departments(responsible(plan, year), results, received, pages),
        "overviews": [_entry(name, text, pages) for name, text in OVERVIEWS.items()],
        "files": [entry for entry in FILES if entry[1] in (*made, MANIFEST)],
        "notices": _notices(judged),
    }


def absent_page(judged: JudgedPlan) -> bytes:
    """Return the page that stands in for a missing one: it says why, and links to the index."""
    return render_page(
        v4.new_notebook(cells=[v4.new_markdown_cell(ABSENT)]),
        title="本页尚未生成",
        navigation=[("目录", "index.html")],
        notices=_notices(judged),
        **page_frame(judged),
    )


def _notices(judged: JudgedPlan) -> list[Paragraph]:
    """Return the banner of the synthetic example, if the figures are from it."""
    text = f"{wording.SYNTHETIC}：全部数字为随机生成，仅供演示。"
    return [notice(text, "synthetic")] if judged.submissions.synthetic else []


def _areas(
    results: pd.DataFrame, received: pd.DataFrame, pages: Mapping[str, PageRecord]
) -> list[dict[str, Any]]:
    counts = _counts(results, received, "area_code")
    return [
        {
            **_entry(area.area_code, area.area, pages),
            **counts[area.area_code],
            "province": area.level == "province",
        }
        for area in results.drop_duplicates("area_code").itertuples()
    ]


def _departments(
    names: Mapping[str, str],
    results: pd.DataFrame,
    received: pd.DataFrame,
    pages: Mapping[str, PageRecord],
) -> list[dict[str, Any]]:
    """Return the departments, with the province's goals they answer for and what cities missed."""
    counts = _counts(results[results["level"] == "province"], received, "department")
    missed = results["counted"] & (results["level"] == "city") & (results["status"] == "missed")
    below = results.loc[missed, "department"].value_counts()
    return [
        {
            **_entry(name, text, pages),
            **counts[text],
            "province": False,
            "below": below.get(text, 0),
        }
        for name, text in names.items()
    ]


def _counts(results: pd.DataFrame, received: pd.DataFrame, by: str) -> dict[str, dict[str, int]]:
    """Count for each area or department its goals by status, and its tables.

    Of the tables: how many came complete, came with errors, and are owed.
    """
    goals = results[results["counted"]]
    statuses = pd.crosstab(goals[by], shown_statuses(goals))
    flags = received[[by]].assign(
        whole=received["received"] == received["expected"], faulty=received["faulty"] != ""
    )
    tables = flags.groupby(by).agg(
        received=("whole", "sum"), faulty=("faulty", "sum"), expected=("whole", "size")
    )
    counts = statuses.reindex(columns=list(wording.STATUSES), fill_value=0).join(tables)
    return counts.to_dict("index")


def _entry(name: str, text: str, pages: Mapping[str, PageRecord]) -> dict[str, Any]:
    """Return one line of the index: the page of an area, a department or all cities."""
    page = pages[name]
    # An older page says up to which day its data go.
    old = page.state != "current" and page.as_of
    return {
        "name": text,
        "href": f"{name}.html",
        "built": page.key != "",
        "state": page.state,
        "as_of": f"截至{wording.day(pd.Timestamp(page.as_of))}" if old else "",
        "problem": page.problem,
    }
