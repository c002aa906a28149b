"""The cast and a seed in; the true figures out, which offices would hand in without mistakes."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import cycle

import numpy as np
import pandas as pd

from gsyf_example.cast import Cast, owed

Key = tuple[str, int, str, str]  # area, year, industry, measure
Figures = Mapping[Key, int | None]  # cases or persons; None = 无此行业
Row = tuple[Key, int]

# Mean accidents a year in a city of middle size, by position of the industry.
LEVELS = (9, 16, 8, 22, 110, 18)
RISING_ZERO = (0, 0, 1, 1, 2, 1)
RISING_SHARE = ((62, 13), (58, 11), (64, 10), (59, 11), (61, 9), (57, 8))
TIED_SHARE = ((45, 9), (43, 7), (40, 5), (48, 6), (45, 5), (44, 4))


def true_figures(cast: Cast, seed: int) -> Figures:
    """Draw the true figures of the cities and add them up for the province."""
    # Never change the order in which numbers are drawn: the committed example would change with it.
    rng = np.random.default_rng(seed)
    rows = [*_accidents(cast, rng), *_dust(cast, rng), *_training(cast, rng)]
    cities = {key: None if (key[0], key[2]) in cast.absent else value for key, value in rows}
    province: dict[Key, int | None] = {}
    for (_, year, industry, measure), value in cities.items():
        key = cast.plan.area, year, industry, measure
        known = [count for count in (province.get(key), value) if count is not None]
        province[key] = sum(known) if known else None
    return cities | province


def _accidents(cast: Cast, rng: np.random.Generator) -> Iterator[Row]:
    years, industries = cast.years("accidents"), owed(cast.plan, "accidents")
    for city in cast.plan.cities:
        size = rng.uniform(0.6, 1.6)
        for industry, level in zip(industries, cycle(LEVELS), strict=False):
            drawn = _declining(cast, level * size, years, rng)
            counts = _story(cast, (city, industry), years) or drawn
            for year, count in zip(years, counts, strict=True):
                yield (city, year, industry, "accidents"), count
                yield (city, year, industry, "casualties"), count + int(rng.poisson(0.45 * count))


def _declining(
    cast: Cast, level: float, years: Sequence[int], rng: np.random.Generator
) -> list[int]:
    """Draw Poisson counts around a straight line that falls by 5 to 45 % until the last year."""
    first, last = cast.plan.baseline_year, cast.plan.last_year
    total = rng.uniform(0.05, 0.45)
    means = [level * (1 - total * (year - first) / (last - first)) for year in years]
    return [int(count) for count in rng.poisson(means)]


def _story(cast: Cast, cell: tuple[str, str], years: Sequence[int]) -> list[int]:
    """Return the counts of a city and industry that are not drawn; empty if they are drawn."""
    if cell in cast.on_milestones:
        return _milestone_path(cast, cell[1], cast.on_milestones[cell], years)
    if cell == cast.one_too_many:
        path = _milestone_path(cast, cell[1], 30, years)
        return [n + (year == cast.middle) for n, year in zip(path, years, strict=True)]
    if cell == cast.stays_zero:
        return [0] * len(years)
    if cell == cast.rises_from_zero:
        return [n for n, _ in zip(cycle(RISING_ZERO), years, strict=False)]
    return []


def _milestone_path(cast: Cast, industry: str, baseline: int, years: Sequence[int]) -> list[int]:
    """Return the largest counts that still meet each year's goal, starting from ``baseline``."""
    goals = cast.plan.targets
    goals = goals[(goals["indicator"] == "accidents") & (goals["industry"] == industry)]
    thresholds = dict(zip(goals["year"], goals["threshold"], strict=True))
    # A year without a goal stays at the baseline, as if nothing had to fall.
    return [_allowed(baseline, thresholds.get(year, Decimal(0))) for year in years]


def _allowed(baseline: int, threshold: Decimal | None) -> int:
    if threshold is None or pd.isna(threshold):  # the goal is to be below the baseline
        return baseline - 1
    return int(baseline * (1 - threshold))


def _dust(cast: Cast, rng: np.random.Generator) -> Iterator[Row]:
    years = cast.years("pneumoconiosis")
    stories = {cast.rising_share: RISING_SHARE, cast.tied_share: TIED_SHARE}
    for industry in owed(cast.plan, "short_exposure_share"):
        for city in cast.plan.cities:
            drawn = _falling(years, rng)
            cases = zip(cycle(stories.get(city, drawn)), years, strict=False)
            for (reported, short), year in cases:
                yield (city, year, industry, "reported_cases"), reported
                yield (city, year, industry, "short_exposure_cases"), short


def _falling(years: Sequence[int], rng: np.random.Generator) -> list[tuple[int, int]]:
    """Draw cases whose short-exposure share falls every year, from about 20 % to about 10 %."""
    level = rng.integers(16, 116)
    shares = np.linspace(rng.uniform(0.18, 0.24), rng.uniform(0.08, 0.12), len(years))
    cases: list[tuple[int, int]] = []
    for share in shares:
        reported = int(np.clip(rng.poisson(level), 10, 120))
        short = round(share * reported)
        if cases:
            # Rounding to whole cases may lift the share again: at most what is below the last one.
            before, short_before = cases[-1]
            short = min(short, max(0, (short_before * reported - 1) // before))
        cases.append((reported, short))
    return cases


def _training(cast: Cast, rng: np.random.Generator) -> Iterator[Row]:
    plan, years = cast.plan, cast.years("training")
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
                    yield (city, year, industry, coverage["denominator"]), people
                    yield (city, year, industry, coverage["numerator"]), trained
