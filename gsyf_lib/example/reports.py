"""The three tables of figures as they are handed in, with their slips and the revision."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import pandas as pd

from gsyf_lib.example.cast import Cast, due_days, owed
from gsyf_lib.example.offices import Cell, Package, areas, new_package, received
from gsyf_lib.example.truth import KEY
from gsyf_lib.plan import Plan

__all__ = ["make_reports"]

Key = tuple[str, int, str, str]
Figures = Mapping[Key, Cell | None]

CATEGORIES = {"safety_training_coverage": "安全生产", "health_training_coverage": "职业卫生"}
ABSENT = "无此行业"
DAYS_TO_REVISION = 71


def make_reports(plan: Plan, cast: Cast, truth: pd.DataFrame) -> list[Package]:
    """Return every file of figures, in the order of the due days and areas.

    Parameters
    ----------
    plan : the plan that says who owes what by when
    cast : who is late, who never sends, who errs
    truth : the frame of ``true_figures``
    """
    figures: dict[Key, Cell | None] = {
        (area, int(year), industry, measure): None if pd.isna(value) else int(value)
        for area, year, industry, measure, value in truth[[*KEY, "value"]].itertuples(index=False)
    }
    sent = figures | _slips(plan, cast, figures)
    return [*_reports(plan, cast, sent), _revision(plan, cast, figures)]


def _slips(plan: Plan, cast: Cast, figures: Figures) -> dict[Key, Cell]:
    """Return the cells that are handed in otherwise than they are."""
    revised = cast.revised[0], cast.early, cast.revised[1], "casualties"
    wrong = cast.wrong_cell[0], cast.middle, cast.wrong_cell[1], "accidents"
    differs = plan.area, cast.early, cast.province_differs, "accidents"
    slips: dict[Key, Cell] = {}
    for key, error in ((revised, -2), (differs, 1)):
        true = figures.get(key)
        if isinstance(true, int):
            slips[key] = max(0, true + error)
    if figures.get(wrong) is not None:
        slips[wrong] = f"{figures[wrong]}例左右"
    return slips


def _reports(plan: Plan, cast: Cast, sent: Figures) -> Iterator[Package]:
    for table, year in due_days(plan):
        for area in areas(plan):
            day = received(plan, cast, area, table, year)
            if day is None:
                continue
            if table == "accidents" and area in cast.by_department:
                for department, industries in _departments(plan).items():
                    office = f"{area}_{department}"
                    yield _accidents(plan, sent, (area, year), day, industries, office)
            elif table == "accidents":
                yield _accidents(plan, sent, (area, year), day, owed(plan, "accidents"), area)
            elif table == "training":
                yield _training(plan, sent, (area, year), day)
            else:
                yield _dust(plan, cast, sent, (area, year), day)


def _departments(plan: Plan) -> dict[str, list[str]]:
    """Return the industries whose accidents each department answers for."""
    goals = plan.targets[plan.targets["indicator"] == "accidents"]
    pairs = goals[["department", "industry"]].drop_duplicates()
    return {
        name: rows["industry"].tolist() for name, rows in pairs.groupby("department", sort=False)
    }


def _cell(value: Cell | None) -> Cell:
    return ABSENT if value is None else value


def _accidents(
    plan: Plan,
    sent: Figures,
    place: tuple[str, int],
    day: date,
    industries: Sequence[str],
    office: str,
) -> Package:
    area, year = place
    measures = ("accidents", "casualties")
    package = new_package(plan, "accidents", place, day, office, ("industry", *measures))
    for name in industries:
        counts = [_cell(sent[area, year, name, measure]) for measure in measures]
        package.rows.append((year, area, name, *counts))
    return package


def _dust(plan: Plan, cast: Cast, sent: Figures, place: tuple[str, int], day: date) -> Package:
    """Return the pneumoconiosis table: both counts, or the bare ratio (reading 11)."""
    area, year = place
    measures = ("reported_cases", "short_exposure_cases")
    industry = owed(plan, "short_exposure_share")[0]
    counts = [_cell(sent[area, year, industry, measure]) for measure in measures]
    if area != cast.bare_ratio:
        package = new_package(plan, "pneumoconiosis", place, day, area, measures)
        package.rows.append((year, area, *counts))
        return package
    package = new_package(plan, "pneumoconiosis", place, day, area, ("short_exposure_per_million",))
    reported, short = counts
    package.rows.append((year, area, f"{int(short) / int(reported):.1%}"))
    return package


def _training(plan: Plan, sent: Figures, place: tuple[str, int], day: date) -> Package:
    area, year = place
    fields = ("industry", "category", "key_personnel", "trained")
    package = new_package(plan, "training", place, day, area, fields)
    indicators = plan.indicators.set_index("code")
    for code, category in CATEGORIES.items():
        measures = indicators.loc[code, ["denominator", "numerator"]]
        for name in owed(plan, code):
            people = [_cell(sent[area, year, name, measure]) for measure in measures]
            package.rows.append((year, area, name, category, *people))
    return package


def _revision(plan: Plan, cast: Cast, figures: Figures) -> Package:
    """Return the full table of one city and year again, with the right figures."""
    place = cast.revised[0], cast.early
    day = due_days(plan)["accidents", cast.early] + timedelta(days=DAYS_TO_REVISION)
    office = f"{place[0]}_更正"
    return _accidents(plan, figures, place, day, owed(plan, "accidents"), office)
