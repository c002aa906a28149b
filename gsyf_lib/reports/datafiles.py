"""The data of a report folder: a workbook for people; for programs CSV files and what they hold.

``datapackage.json`` follows Frictionless version 1.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from gsyf_lib import frames
from gsyf_lib.assessment import JudgedPlan
from gsyf_lib.documents.export import csv_bytes
from gsyf_lib.reports.results_book import results_book
from gsyf_lib.vocabulary import FIELD_UNITS, FIELDS, SYNTHETIC

RESOURCES = {
    "results.csv": (
        "判定结果",
        "每个地区、每项年度目标一行；另有重点行业合计和均下降的行",
        frames.RESULTS,
    ),
    "findings.csv": ("数据质量问题", "报送数据中的每个问题一行", frames.FINDINGS),
}
TYPES = {
    frames.TEXT: "string",
    frames.ORDERED: "string",
    frames.WHOLE: "integer",
    frames.REAL: "number",
    frames.FLAG: "boolean",
    frames.DAY: "date",
}


def data_files(judged: JudgedPlan, year: int) -> dict[str, bytes]:
    """Return the data files of a year by name, the same bytes for the same inputs."""
    tables = {
        "results.csv": csv_bytes(judged.results(year)),
        "findings.csv": csv_bytes(judged.submissions.findings),
    }
    return {
        "results.xlsx": results_book(judged, year),
        **tables,
        "datapackage.json": data_package(judged, year, tables),
    }


def data_package(judged: JudgedPlan, year: int, files: Mapping[str, bytes]) -> bytes:
    """Return what the CSV files of a report folder hold, as a data package in JSON.

    Titles and meanings of the columns are in Chinese, from ``vocabulary``; ``data/README.md`` has
    the English ones. No licence is named, because the data come with none.
    """
    plan, submissions = judged.plan, judged.submissions
    title = f"{plan.title}{year}年判定结果"
    package = {
        "profile": "tabular-data-package",
        "name": f"gsyf-{plan.area_row(plan.area)['code']}-{year}",
        "title": f"{SYNTHETIC}：{title}" if submissions.synthetic else title,
        "description": "字段说明见各资源的 schema。本数据未声明许可，使用前请向发布机关确认。",
        "version": f"{submissions.as_of:%Y-%m-%d}",
        "synthetic": submissions.synthetic,
        "sources": [{"title": f"{plan.title}（{plan.issuer}）"}, {"title": "各地区、各部门报送"}],
        "resources": [
            _resource(name, content, submissions.synthetic) for name, content in files.items()
        ],
    }
    return (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode()


def _resource(name: str, content: bytes, is_synthetic: bool) -> dict[str, Any]:
    title, holds, contract = RESOURCES[name]
    return {
        "profile": "tabular-data-resource",
        "name": contract.name,
        "path": name,
        "title": f"{title}（{SYNTHETIC}）" if is_synthetic else title,
        "description": holds,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "header": True},
        "schema": {
            "fields": [_field(column, contract) for column in contract.columns if column.exported],
            "missingValues": [""],  # an empty cell is missing, never zero
            **({"primaryKey": list(contract.key)} if contract.key else {}),
        },
    }


def _field(column: frames.Column, contract: frames.Contract) -> dict[str, Any]:
    title, meaning = FIELDS[column.name]
    field: dict[str, Any] = {
        "name": column.name,
        "title": title,
        "type": TYPES[column.dtype],
        "description": meaning,
    }
    if column.unit:
        field["unit"] = FIELD_UNITS[column.unit]
    if column.dtype == frames.FLAG:
        # As pandas writes them into the CSV file.
        field |= {"trueValues": ["True"], "falseValues": ["False"]}
    if column.name in contract.key:
        field["constraints"] = {"required": True}
    return field
