"""The pages of a run: the notebook and the parameters that make each."""

import json
from pathlib import Path

from gsyf_lib.assessment import JudgedPlan
from gsyf_lib.plan import Plan
from gsyf_lib.reports.digest import digest_of
from gsyf_lib.reports.parameters import check_parameters
from gsyf_lib.reports.provenance import NOTEBOOKS
from gsyf_lib.reports.work import Job
from gsyf_lib.wording import SYNTHETIC

OVERVIEWS = {
    "baseline_declines": "各市事故起数与伤亡人数降幅",
    "coverage_trajectories": "各市培训覆盖率",
}


def make_jobs(judged: JudgedPlan, year: int, notebooks: Path) -> list[Job]:
    """Return a job for every page of a year: the overviews, the areas, the departments.

    Parameters
    ----------
    judged : plan, submissions and results
    year : a year with targets
    notebooks : folder of the notebooks

    Raises
    ------
    PlanError
        A notebook would not take its parameters; nothing was started.
    """
    stored = {name: json.loads((notebooks / f"{name}.ipynb").read_bytes()) for name in NOTEBOOKS}
    jobs = _jobs(judged, year)
    for job in jobs:
        check_parameters(stored[job.notebook], job.notebook, job.parameters)
    return jobs


def responsible(plan: Plan, year: int) -> dict[str, str]:
    """Return the departments responsible for goals of a year by the name of their page.

    Examples
    --------
    >>> import gsyf_lib as gs
    >>> responsible(gs.load_plan("data"), 2023)["department_transport"]
    '交通运输部门'
    """
    owners = set(plan.targets.loc[plan.targets["year"] == year, "department"])
    rows = plan.departments[plan.departments["name"].isin(owners)]
    return {f"department_{row.code}": row.name for row in rows.itertuples(index=False)}


def _jobs(judged: JudgedPlan, year: int) -> list[Job]:
    plan, submissions = judged.plan, judged.submissions
    day = f"{submissions.as_of:%Y-%m-%d}"
    areas = plan.areas[plan.areas["level"] != "county"].sort_values("code", kind="stable")
    departments = responsible(plan, year)
    digest = digest_of(plan, submissions, judged.results(year))
    links = {
        **dict(zip(areas["name"], areas["code"] + ".html", strict=True)),
        **{text: f"{name}.html" for name, text in departments.items()},
    }
    navigation = (
        ("目录", "index.html"),
        (f"{plan.area}报告", links[plan.area]),
        *((text, f"{name}.html") for name, text in OVERVIEWS.items()),
    )

    def job(name: str, title: str, notebook: str, **chosen: str | None) -> Job:
        parameters = {**chosen, "year": year, "as_of": judged.as_of}
        return Job(
            name=name,
            title=title,
            notebook=notebook,
            parameters=parameters,
            plan=plan.title,
            running=SYNTHETIC if submissions.synthetic else plan.title,
            navigation=navigation,
            links=links,
            as_of=day,
            digest=digest,
        )

    return [
        *(job(name, f"{year}年{text}", name, area=None) for name, text in OVERVIEWS.items()),
        *(
            job(
                area.code,
                f"{area.name}{year}年工伤预防年度报告",
                "province_report" if area.level == "province" else "city_report",
                area=area.name,
            )
            for area in areas.itertuples(index=False)
        ),
        *(
            job(name, f"{text}{year}年工伤预防年度报告", "department_report", department=text)
            for name, text in departments.items()
        ),
    ]
