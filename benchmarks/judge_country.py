"""How long all areas of a country take to be judged, and how much memory.

``python -m benchmarks.judge_country`` measures and rewrites ``benchmarks/judge_country.md``. The
figures come from a seed: every run judges the same ones.
"""

import statistics
import tracemalloc
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from time import process_time
from typing import NamedTuple

import numpy as np
import pandas as pd

import gsyf_lib as gs
from benchmarks.machine import machine
from benchmarks.summary import write_page
from gsyf_lib import frames

ROOT = Path(__file__).parent.parent
SIZES, YEARS = (711, 1422, 2844), 6
ROUNDS, GOAL = 7, 2.0
SEED = 20250101


class Measured(NamedTuple):
    """What judging so many areas took: CPU seconds of each round, and mebibytes at the peak."""

    areas: int
    figures: int
    results: int
    seconds: list[float]
    mebibytes: float


def country_plan(areas: int) -> gs.Plan:
    """Return the plan with so many invented cities, and with targets in six years."""
    plan = gs.load_plan(ROOT / "data")
    codes = [str(200_000 + number) for number in range(areas)]
    cities = pd.DataFrame({"code": codes, "name": [f"{code}市" for code in codes]})
    cities = cities.assign(aliases="", level="city", parent="100000")
    province = plan.areas[plan.areas["level"] == "province"].assign(code="100000")
    last = plan.targets[plan.targets["year"] == plan.last_year]
    targets = pd.concat([plan.targets, last.assign(year=plan.last_year + 1)])
    return replace(
        plan,
        last_year=plan.first_year + YEARS - 1,
        areas=frames.conform(pd.concat([province, cities]), frames.AREAS),
        targets=frames.conform(targets, frames.TARGETS),
    )


def figures(plan: gs.Plan) -> pd.DataFrame:
    """Return frames.OBSERVATIONS of all cities and years: mostly small counts, some large."""
    cities = plan.areas[plan.areas["level"] == "city"]
    cities = cities.rename(columns={"code": "area_code", "name": "area"})
    goals = plan.targets[["industry", "indicator"]].drop_duplicates()
    parts = plan.indicators.melt("code", ["numerator", "denominator"], value_name="measure")
    parts = parts[parts["measure"] != ""].rename(columns={"code": "indicator"})
    years = pd.DataFrame({"year": [plan.baseline_year, *plan.years]})
    grid = cities.merge(goals, how="cross").assign(size=lambda frame: _sizes(len(frame)))
    grid = grid.merge(parts, on="indicator").merge(years, how="cross")
    expected = grid["size"] * 0.96 ** (grid["year"] - plan.baseline_year)
    counts = np.random.default_rng(SEED).poisson(expected.astype("float64"))
    whole = (5 * grid["size"]).astype("int64") + 50
    day = pd.Timestamp("2099-01-01")
    found = grid.assign(
        value=np.where(grid["variable"] == "denominator", whole, np.minimum(counts, whole)),
        state="figure",
        received_on=day,
        first_received_on=day,
        file="a.csv",
        sheet="",
        cell="A1",
    )
    return frames.conform(found, frames.OBSERVATIONS)


def _sizes(number: int) -> np.ndarray:
    return np.random.default_rng(SEED).lognormal(2, 1.2, number)


def measured(areas: int) -> Measured:
    """Judge so many areas in all years: several times for the time, once more for the memory."""
    plan = country_plan(areas)
    observations = figures(plan)
    seconds = []
    for _ in range(ROUNDS + 1):
        start = process_time()
        results = gs.assess(plan, observations)
        seconds.append(process_time() - start)
        _check(plan, results)
    tracemalloc.start()
    gs.assess(plan, observations)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    return Measured(areas, len(observations), len(results), seconds[1:], peak)


def _check(plan: gs.Plan, results: pd.DataFrame) -> None:
    """Refuse a run that left something out: it would be no measurement."""
    goals = results[results["indicator"] != "joint"]
    counted = goals[goals["indicator"].isin(["accidents", "casualties"]) & (goals["baseline"] > 0)]
    warned = goals[goals["status"].isin(["met", "missed"]) & (goals["year"] < plan.last_year)]
    if (
        len(results) != len(plan.areas) * len(plan.years) * (20 + 2 + 7)
        or set(results["status"]) != {"met", "missed"}
        or counted[["luck", "interval_low", "interval_high"]].isna().any(axis=None)
        or (warned["outlook"] == "").any()
    ):
        raise RuntimeError("the benchmark did not judge everything")


def report(found: list[Measured]) -> str:
    """Return ``benchmarks/judge_country.md`` for what was measured."""
    last = found[-1]
    took = statistics.median(last.seconds)
    outcome = "Met" if took < GOAL else "Missed"
    lines = [
        "# Judging all areas of a country",
        "",
        f"Goal: {last.areas:,} areas × 20 targets × {YEARS} years judged in under {GOAL:g} s, with",
        "memory linear in the areas.",
        f"**{outcome}: {took:.2f} s** (median; least {min(last.seconds):.2f} s).",
        "",
        "| Areas | Figures in | Results out | CPU s, median | least | MiB, peak | per 1,000 |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for one in found:
        lines.append(
            f"| {one.areas:,} | {one.figures:,} | {one.results:,} "
            f"| {statistics.median(one.seconds):.2f} | {min(one.seconds):.2f} "
            f"| {one.mebibytes:.0f} | {1000 * one.mebibytes / one.areas:.0f} |"
        )
    lines += [
        "",
        "`gs.assess`, from the figures in force to the whole frame: indicators, verdicts, totals,",
        "joint rows and the province, with exact intervals, luck and the early warning. Each size",
        f"in a process of its own, CPU time of {ROUNDS} runs after one to warm up; memory is what",
        "Python and numpy ask for beyond the figures (tracemalloc), in a run of its own.",
        "",
        machine("pandas", "numpy", "scipy"),
        "",
        "Written by `make bench`.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure all sizes and rewrite the page."""
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as pool:
        page = report(list(pool.map(measured, SIZES)))
    write_page("judge_country", page)


if __name__ == "__main__":
    main()
