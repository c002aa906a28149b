"""The true figures in; the files as offices hand them in out, with mistakes and a revision."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from gsyf_example.cast import Cast, Cell, owed
from gsyf_example.offices import Package, new_package, received
from gsyf_example.truth import Figures, Key

Cells = Mapping[Key, Cell]
Place = tuple[str, int]  # an area and the year of its data

CATEGORIES = {"safety_training_coverage": "安全生产", "health_training_coverage": "职业卫生"}
DAYS_TO_REVISION = 71


def make_reports(cast: Cast, figures: Figures) -> list[Package]:
    """Return every file of figures, in the order of the due days and areas.

    Parameters
    ----------
    cast : who is late, who never sends, who errs
    figures : those of ``true_figures``
    """
    true: dict[Key, Cell] = {
        key: "无此行业" if value is None else value for key, value in figures.items()
    }
    return [*_reports(cast, true | _slips(cast, figures)), _revision(cast, true)]


def _slips(cast: Cast, figures: Figures) -> dict[Key, Cell]:
    """Return the cells that are handed in wrong, with the wrong content."""
    revised = cast.revised[0], cast.early, cast.revised[1], "casualties"
    wrong = cast.wrong_cell[0], cast.middle, cast.wrong_cell[1], "accidents"
    differs = cast.plan.area, cast.early, cast.province_differs, "accidents"
    slips: dict[Key, Cell] = {}
    if (count := figures.get(revised)) is not None:
        slips[revised] = max(0, count - 2)
    if (count := figures.get(wrong)) is not None:
        slips[wrong] = f"{count}例左右"
    if (count := figures.get(differs)) is not None:
        slips[differs] = count + 1
    return slips


def _reports(cast: Cast, sent: Cells) -> Iterator[Package]:
    for table, year in cast.due:
        for area in cast.areas:
            day = received(cast, area, table, year)
            if day is None:
                continue
            if table == "accidents":
                for office, industries in _offices(cast, area).items():
                    yield _accidents(cast, sent, (area, year), day, industries, office)
            elif table == "training":
                yield _training(cast, sent, (area, year), day)
            else:
                yield _dust(cast, sent, (area, year), day)


def _offices(cast: Cast, area: str) -> dict[str, list[str]]:
    """Return the industries whose accidents each office of an area hands in."""
    if area not in cast.by_department:
        return {area: owed(cast.plan, "accidents")}
    goals = cast.plan.targets[cast.plan.targets["indicator"] == "accidents"]
    pairs = goals[["department", "industry"]].drop_duplicates()
    return {
        f"{area}_{department}": rows["industry"].tolist()
        for department, rows in pairs.groupby("department", sort=False)
    }


def _accidents(
    cast: Cast, sent: Cells, place: Place, day: date, industries: Sequence[str], office: str
) -> Package:
    area, year = place
    measures = ("accidents", "casualties")
    package = new_package(cast, "accidents", place, day, office, ("industry", *measures))
    for name in industries:
        counts = [sent[area, year, name, measure] for measure in measures]
        package.rows.append((year, area, name, *counts))
    return package


def _dust(cast: Cast, sent: Cells, place: Place, day: date) -> Package:
    """Return the pneumoconiosis table: both counts, or the bare ratio (reading 11)."""
    area, year = place
    measures: tuple[str, ...] = ("reported_cases", "short_exposure_cases")
    industry = owed(cast.plan, "short_exposure_share")[0]
    cells = [sent[area, year, industry, measure] for measure in measures]
    if area == cast.bare_ratio:
        reported, short = cells
        measures, cells = ("short_exposure_per_million",), [f"{int(short) / int(reported):.1%}"]
    package = new_package(cast, "pneumoconiosis", place, day, area, measures)
    package.rows.append((year, area, *cells))
    return package


def _training(cast: Cast, sent: Cells, place: Place, day: date) -> Package:
    area, year = place
    fields = ("industry", "category", "key_personnel", "trained")
    package = new_package(cast, "training", place, day, area, fields)
    indicators = cast.plan.indicators.set_index("code")
    for code, category in CATEGORIES.items():
        measures = indicators.loc[code, ["denominator", "numerator"]]
        for name in owed(cast.plan, code):
            people = [sent[area, year, name, measure] for measure in measures]
            package.rows.append((year, area, name, category, *people))
    return package


def _revision(cast: Cast, true: Cells) -> Package:
    """Return the full table of one city and year again, with the right figures."""
    place = cast.revised[0], cast.early
    day = cast.due["accidents", cast.early] + timedelta(days=DAYS_TO_REVISION)
    return _accidents(cast, true, place, day, owed(cast.plan, "accidents"), f"{place[0]}_更正")
