"""The true figures of the example: what every office would hand in if nobody erred."""

from collections.abc import Iterator, Sequence
from itertools import cycle

import numpy as np
import pandas as pd

from gsyf_lib.example.cast import (
    RISING_SHARE,
    RISING_ZERO,
    TIED_SHARE,
    Cast,
    due_days,
    milestone_path,
    owed,
)
from gsyf_lib.plan import Plan

__all__ = ["KEY", "LEVELS", "true_figures"]

KEY = ["area", "year", "industry", "measure"]
LEVELS = (9, 16, 8, 22, 110, 18)
"""Mean accidents a year in a city of middle size, by position of the industry."""

Row = tuple[str, int, str, str, int | None]


def true_figures(plan: Plan, cast: Cast, seed: int) -> pd.DataFrame:
    """Draw the true figures of the cities and add them up for the province.

    Returns
    -------
    pandas.DataFrame
        One row per area, year, industry and measure: the columns of ``KEY`` and ``value``
        (cases or persons; empty = 无此行业).
    """
    rng = np.random.default_rng(seed)
    rows = [*_accidents(plan, cast, rng), *_dust(plan, cast, rng), *_training(plan, cast, rng)]
    cities = pd.DataFrame(rows, columns=[*KEY, "value"]).astype({"value": "Int64"})
    total = cities.groupby(KEY[1:], sort=False, as_index=False)["value"].sum(min_count=1)
    return pd.concat([cities, total.assign(area=plan.area)], ignore_index=True)


def _years(plan: Plan, table: str) -> list[int]:
    return sorted(year for name, year in due_days(plan) if name == table)


def _accidents(plan: Plan, cast: Cast, rng: np.random.Generator) -> Iterator[Row]:
    years = _years(plan, "accidents")
    industries = owed(plan, "accidents")
    for city in plan.cities:
        size = rng.uniform(0.6, 1.6)
        for industry, level in zip(industries, cycle(LEVELS), strict=False):
            drawn = _declining(level * size, years, plan, rng)
            counts = _story(plan, cast, (city, industry), years) or drawn
            for year, count in zip(years, counts, strict=True):
                known = (city, industry) not in cast.absent
                casualties = count + int(rng.poisson(0.45 * count))
                yield city, year, industry, "accidents", count if known else None
                yield city, year, industry, "casualties", casualties if known else None


def _declining(
    level: float, years: Sequence[int], plan: Plan, rng: np.random.Generator
) -> list[int]:
    """Draw Poisson counts around a path that ends lower by a share of its own."""
    total = rng.uniform(0.05, 0.45)
    span = plan.last_year - plan.baseline_year
    means = [level * (1 - total * (year - plan.baseline_year) / span) for year in years]
    return [int(count) for count in rng.poisson(means)]


def _story(plan: Plan, cast: Cast, cell: tuple[str, str], years: Sequence[int]) -> list[int]:
    """Return the counts of a city and industry with a part of its own; empty for the others."""
    if cell in cast.on_milestones:
        return milestone_path(plan, cell[1], cast.on_milestones[cell], years)
    if cell == cast.one_too_many:
        path = milestone_path(plan, cell[1], 30, years)
        return [n + (year == cast.middle) for n, year in zip(path, years, strict=True)]
    if cell == cast.stays_zero:
        return [0] * len(years)
    if cell == cast.rises_from_zero:
        return [n for n, _ in zip(cycle(RISING_ZERO), years, strict=False)]
    return []


def _dust(plan: Plan, cast: Cast, rng: np.random.Generator) -> Iterator[Row]:
    years = _years(plan, "pneumoconiosis")
    stories = {cast.rising_share: RISING_SHARE, cast.tied_share: TIED_SHARE}
    for industry in owed(plan, "short_exposure_share"):
        for city in plan.cities:
            drawn = _falling(years, rng)
            cases = zip(cycle(stories.get(city, drawn)), years, strict=False)
            for (reported, short), year in cases:
                yield city, year, industry, "reported_cases", reported
                yield city, year, industry, "short_exposure_cases", short


def _falling(years: Sequence[int], rng: np.random.Generator) -> list[tuple[int, int]]:
    """Draw cases whose short-exposure share falls every year, from about 20 % to about 10 %."""
    level = rng.integers(16, 116)
    shares = np.linspace(rng.uniform(0.18, 0.24), rng.uniform(0.08, 0.12), len(years))
    cases: list[tuple[int, int]] = []
    for share in shares:
        reported = int(np.clip(rng.poisson(level), 10, 120))
        short = round(share * reported)
        if cases:
            before, short_before = cases[-1]
            short = min(short, max(0, (short_before * reported - 1) // before))
        cases.append((reported, short))
    return cases


def _training(plan: Plan, cast: Cast, rng: np.random.Generator) -> Iterator[Row]:
    years = _years(plan, "training")
    goals = plan.targets[plan.targets["rule"] == "coverage_at_least"]
    milestones = goals.set_index(["indicator", "industry", "year"])["threshold"]
    coverages = plan.indicators[plan.indicators["table"] == "training"]
    for city in plan.cities:
        habit = rng.normal(0.008, 0.008)
        for _, coverage in coverages.iterrows():
            for industry in owed(plan, coverage["code"]):
                staff = int(rng.integers(100, 900))
                for year in years:
                    people = round(staff * rng.uniform(0.97, 1.03))
                    goal = float(milestones[coverage["code"], industry, year])
                    trained = min(people, round(people * (goal + rng.normal(habit, 0.012))))
                    known = (city, industry) not in cast.absent
                    row = city, year, industry
                    yield *row, coverage["denominator"], people if known else None
                    yield *row, coverage["numerator"], trained if known else None
