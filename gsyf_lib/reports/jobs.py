"""The pages of a run: a notebook and its parameters for each, checked before any starts."""

import ast
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import JudgedPlan
from gsyf_lib.errors import PlanError
from gsyf_lib.plan import Plan
from gsyf_lib.reports.closing import digest_of
from gsyf_lib.reports.manifest import Manifest
from gsyf_lib.reports.pages import Links
from gsyf_lib.reports.provenance import NOTEBOOKS

INDEX = "index"
OVERVIEWS = {
    "baseline_declines": "各市事故起数与伤亡人数降幅",
    "coverage_trajectories": "各市培训覆盖率",
}


@dataclass(frozen=True)
class Job:
    """One page to make.

    name : of its files; an area code, or the name of an overview
    notebook, parameters : the name of its notebook, and what that is run with
    title, plan, running, footer, navigation, elsewhere, links : what is on the page, see
        ``render_page``
    as_of : the day up to which its data go
    digest : the hash over the figures that the notebook's last cell has to show
    """

    name: str
    title: str
    notebook: str
    parameters: dict[str, Any]
    plan: str
    running: str
    footer: dict[str, str]
    navigation: Links
    elsewhere: dict[str, Links]
    links: dict[str, str]
    as_of: str
    digest: str = ""


def make_jobs(
    judged: JudgedPlan, year: int, notebooks: Path, others: Sequence[Manifest] = ()
) -> list[Job]:
    """Return a job for every page of a year: the overviews, the areas, the departments.

    ``others`` are the manifests of other years, whose folders stand beside this one. Raises
    PlanError if one of the ``notebooks`` would not take its parameters.
    """
    stored = {name: json.loads((notebooks / f"{name}.ipynb").read_bytes()) for name in NOTEBOOKS}
    shared = _on_every_page(judged, year)
    jobs = []
    for name, title, notebook, subject in _pages(judged.plan, year):
        parameters = {**subject, "year": year, "as_of": judged.as_of}
        check_parameters(stored[notebook], notebook, parameters)
        elsewhere = {
            **years_linked(name, year, others),
            "各市": _linked(name, judged.plan.cities, shared["links"]),
            "责任部门": _linked(name, responsible(judged.plan, year).values(), shared["links"]),
            "各表数据": (("判定结果（用 Excel 或 WPS 打开）", "results.xlsx"),),
        }
        jobs.append(Job(name, title, notebook, parameters, elsewhere=elsewhere, **shared))
    return jobs


def responsible(plan: Plan, year: int) -> dict[str, str]:
    """Return the departments responsible for goals of a year by the name of their page."""
    owners = set(plan.targets.loc[plan.targets["year"] == year, "department"])
    rows = plan.departments[plan.departments["name"].isin(owners)]
    return {f"department_{row.code}": row.name for row in rows.itertuples(index=False)}


def years_linked(name: str, year: int, others: Sequence[Manifest]) -> dict[str, Links]:
    """Return links to the same page of other years, and to all reports; none if this is all."""
    linked = {
        other.year: f"../{other.year}/{name}.html"
        for other in others
        if name in (INDEX, *other.pages)
    }
    if not linked:
        return {}
    years = sorted({**linked, year: ""}.items())
    return {"各年度": (*((f"{of}年", href) for of, href in years), ("总目录", f"../{INDEX}.html"))}


def _linked(name: str, texts: Iterable[str], links: Mapping[str, str]) -> Links:
    """Return links to the pages of areas or departments; the one called ``name`` is the page's."""
    own = f"{name}.html"
    return tuple((text, "" if links[text] == own else links[text]) for text in texts)


def _pages(plan: Plan, year: int) -> Iterator[tuple[str, str, str, dict[str, str | None]]]:
    """Yield the name, the title, the notebook and the subject of each page."""
    for name, text in OVERVIEWS.items():
        yield name, f"{year}年{text}", name, {"area": None}
    for area in _reported_areas(plan).itertuples(index=False):
        notebook = "province_report" if area.level == "province" else "city_report"
        yield area.code, f"{area.name}{year}年工伤预防年度报告", notebook, {"area": area.name}
    for name, text in responsible(plan, year).items():
        title = f"{text}{year}年工伤预防年度报告"
        yield name, title, "department_report", {"department": text}


def _on_every_page(judged: JudgedPlan, year: int) -> dict[str, Any]:
    """Return the fields of ``Job`` that are the same for all pages of a run."""
    plan, submissions = judged.plan, judged.submissions
    links = {
        **{area.name: f"{area.code}.html" for area in _reported_areas(plan).itertuples()},
        **{text: f"{name}.html" for name, text in responsible(plan, year).items()},
    }
    return {
        **page_frame(judged),
        "navigation": (
            ("目录", "index.html"),
            (f"{plan.area}报告", links[plan.area]),
            *((text, f"{name}.html") for name, text in OVERVIEWS.items()),
        ),
        "links": links,
        "as_of": f"{submissions.as_of:%Y-%m-%d}",
        "digest": digest_of(plan, submissions, judged.results(year)),
    }


def page_frame(judged: JudgedPlan) -> dict[str, Any]:
    """Return what stands above and below every page, the index and stand-ins as well."""
    plan, submissions = judged.plan, judged.submissions
    footer = {
        "印发单位": plan.issuer,
        "联系": plan.contact,
        "数据收取截至": wording.day(submissions.as_of),
    }
    return {
        "plan": plan.title,
        "running": wording.SYNTHETIC if submissions.synthetic else plan.title,
        "footer": {name: text for name, text in footer.items() if text},
    }


def _reported_areas(plan: Plan) -> pd.DataFrame:
    """Return the areas with a page of their own: the province and its cities, no county."""
    return plan.areas[plan.areas["level"] != "county"].sort_values("code", kind="stable")


def check_parameters(notebook: Mapping[str, Any], name: str, given: Iterable[str]) -> None:
    """Refuse a notebook that does not take these parameters.

    papermill would not notice: it runs a mistyped parameter as a line of code that changes nothing,
    and without a ``parameters`` cell the notebook overwrites the values with its own.
    """
    known = parameter_names(notebook, name)
    for parameter in given:
        if parameter not in known:
            raise PlanError(
                f"笔记本 {name}.ipynb 没有参数 {parameter}。它的参数有：{'、'.join(known)}"
            )


def parameter_names(notebook: Mapping[str, Any], name: str) -> list[str]:
    """Return the names that the one ``parameters`` cell assigns plain values to."""
    cells = [
        "".join(cell["source"])
        for cell in notebook["cells"]
        if "parameters" in cell["metadata"].get("tags", ())
    ]
    if len(cells) != 1:
        raise PlanError(
            f"笔记本 {name}.ipynb 应有一个标签为 parameters 的单元格，现有{len(cells)}个"
        )
    try:
        return [_assigned(line) for line in ast.parse(cells[0]).body]
    except (SyntaxError, ValueError) as error:
        raise PlanError(
            f"笔记本 {name}.ipynb 的 parameters 单元格只能写“名称 = 值”：{error}"
        ) from None


def _assigned(line: ast.stmt) -> str:
    """Return the name that a line assigns a literal to."""
    if not isinstance(line, ast.Assign) or not isinstance(line.targets[0], ast.Name):
        raise ValueError(ast.unparse(line))
    ast.literal_eval(line.value)  # raises ValueError if it is not a plain value
    return line.targets[0].id
