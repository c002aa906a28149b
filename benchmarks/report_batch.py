"""How long the reports take: a plain loop, the same loop twice at once, ``gsyf report``, the floor.

``python -m benchmarks.report_batch`` measures and rewrites ``benchmarks/report_batch.md``;
``--quick`` measures eleven cities once and only prints. All ways (``report_ways``) run the same
notebooks on the same figures, in turn, each as a program of its own.
"""

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Sequence
from itertools import islice, product
from pathlib import Path

from benchmarks.machine import machine
from benchmarks.report_ways import ROOT, YEAR, Page
from benchmarks.summary import write_page
from benchmarks.watched import Taken, run_watched

COUNTIES = 117
STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
WAYS = ("loop", "two loops", "gsyf", "floor")
# In a loop every notebook reads all submissions, which for 117 areas takes half an hour. There the
# loops make only every 30th page, and the time beyond that of an empty loop counts 30 times.
SAMPLE = {"trial": 7, "cities": 1, "counties": 30}
# The loops are slow and need no precision. All of it takes 20 minutes on two idle cores.
LOOP_ROUNDS = {"trial": 1, "cities": 2, "counties": 1}
ROUNDS = {"trial": 1, "cities": 3, "counties": 3}
MEMORY_ROUNDS = {"cities": 3, "counties": 1}
JOBS = (1, 2, 3, 4)
GROWTH = 0.1
TIMES_FASTER, TIMES_FLOOR = {"cities": 3.5, "counties": 5.0}, 1.6


def write_counties(folder: Path) -> None:
    """Write a plan folder whose cities are as many as there are counties, and their example.

    Counties have no report of their own, so that invented cities have to stand for them.
    """
    import gsyf_lib as gs
    from gsyf_example import write_example

    shutil.copytree(ROOT / "data", folder, ignore=shutil.ignore_patterns("raw"))
    names = islice(("".join(parts) for parts in product(STEMS, BRANCHES)), COUNTIES)
    lines = ["code,name,aliases,level,parent", "100000,山西省,山西,province,"]
    lines += [f"{200000 + n},{name}市,,city,100000" for n, name in enumerate(names)]
    (folder / "codes" / "areas.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    write_example(gs.load_plan(folder), folder / "raw" / "example")


def pages(data: Path) -> list[Page]:
    """Return the pages of a year, as ``gsyf report`` makes them."""
    from gsyf_lib.assessment import judge
    from gsyf_lib.reports.jobs import make_jobs

    jobs = make_jobs(judge(data), YEAR, ROOT / "notebooks")
    return [Page(j.name, j.notebook, {**j.parameters, "data": str(data)}) for j in jobs]


def measured(way: str, data: Path, *options: str) -> Taken:
    """Return what it takes a program to make the year's pages in an empty folder."""
    step = SAMPLE[data.parent.name] if "loop" in way else 1
    taken = _ran(way, data, step, *options)
    if step > 1:
        empty = _ran(way, data, 0)
        wall, cpu = taken.wall - empty.wall, taken.cpu - empty.cpu
        taken = Taken(empty.wall + step * wall, empty.cpu + step * cpu)
    sys.stderr.write(f"{data.parent.name} {way} {' '.join(options)} {taken}\n")
    return taken


def _ran(way: str, data: Path, step: int, *options: str, memory: bool = False) -> Taken:
    """Run a program over every ``step``-th page; over none if that is nought."""
    out = data.parent / way.replace(" ", "-") / str(YEAR)
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    if way == "gsyf":
        return run_watched(_gsyf(data, out, *options), ROOT, memory=memory)
    command = [sys.executable, "-m", "benchmarks.report_ways", way, str(data), str(out), str(step)]
    return run_watched(command, ROOT)


def _gsyf(data: Path, out: Path, *options: str) -> list[str]:
    request = ["--data", str(data), "--year", str(YEAR), "--out", str(out)]
    return [sys.executable, "-m", "gsyf_lib", "report", *request, *options]


def in_turn(data: Path) -> dict[str, list[Taken]]:
    """Measure every way, one after the other, and all of that again."""
    name = data.parent.name
    found: dict[str, list[Taken]] = {way: [] for way in WAYS}
    for number in range(ROUNDS[name]):
        for way in WAYS:
            if "loop" not in way or number < LOOP_ROUNDS[name]:
                found[way].append(measured(way, data))
    return found


def memory(data: Path, rounds: int) -> float:
    """Return the most memory of ``gsyf report`` at a time in MB: the median of some runs."""
    return statistics.median(_ran("gsyf", data, 1, memory=True).memory for _ in range(rounds))


def prepared(place: Path, name: str) -> Path:
    """Return a plan folder of its own, with the list of its pages beside it."""
    data = place / name / "data"
    if name == "counties":
        write_counties(data)
    else:
        shutil.copytree(ROOT / "data", data)
    (data.parent / "pages.json").write_text(json.dumps(pages(data)), encoding="utf-8")
    return data


def main(quick: bool = False) -> None:
    """Measure, and write the page unless it was a trial."""
    with tempfile.TemporaryDirectory() as folder:
        if quick:
            sys.stdout.write("\n".join([*table(in_turn(prepared(Path(folder), "trial"))), ""]))
            return
        cities = prepared(Path(folder), "cities")
        found = {"cities": in_turn(cities)}
        again = _gsyf(cities, cities.parent / "gsyf" / str(YEAR))
        unchanged = [run_watched(again, ROOT) for _ in range(5)]
        found["counties"] = in_turn(prepared(Path(folder), "counties"))
        workers = {number: measured("gsyf", cities, "--jobs", str(number)) for number in JOBS}
        most = {name: memory(Path(folder) / name / "data", n) for name, n in MEMORY_ROUNDS.items()}
    write_page("report_batch", report(found, unchanged, workers, most))


def median(measures: Sequence[Taken], name: str) -> float:
    """Return the median of one of the figures."""
    return statistics.median(getattr(measure, name) for measure in measures)


def table(found: dict[str, list[Taken]]) -> list[str]:
    """Return the rows that compare the ways."""
    rows = ["| way | s | times faster | CPU s | × floor |", "|---|---:|---:|---:|---:|"]
    loop_wall, floor_cpu = median(found["loop"], "wall"), median(found["floor"], "cpu")
    for way, measures in found.items():
        wall, cpu = median(measures, "wall"), median(measures, "cpu")
        name = "`gsyf report`" if way == "gsyf" else way
        rows.append(
            f"| {name} | {wall:.1f} | {loop_wall / wall:.1f} | {cpu:.1f} | {cpu / floor_cpu:.2f} |"
        )
    return rows


def _met(reached: bool) -> str:
    return "Met" if reached else "Missed"


def _goal(name: str, found: dict[str, list[Taken]]) -> str:
    faster = median(found["loop"], "wall") / median(found["gsyf"], "wall")
    goal = TIMES_FASTER[name]
    return f"**{_met(faster >= goal)}: {faster:.1f} times faster than the loop** (goal: {goal:g})."


def _rounds(found: dict[str, list[Taken]]) -> str:
    loops, others = len(found["loop"]), len(found["gsyf"])
    return f"Medians of {others} rounds, {loops} for the loops."


def report(
    found: dict[str, dict[str, list[Taken]]],
    unchanged: Sequence[Taken],
    workers: dict[int, Taken],
    most: dict[str, float],
) -> str:
    """Return ``benchmarks/report_batch.md`` for what was measured."""
    cities, counties = found["cities"], found["counties"]
    ratio = median(counties["gsyf"], "cpu") / median(counties["floor"], "cpu")
    grown = most["counties"] / most["cities"] - 1
    wall, cpu = median(unchanged, "wall"), median(unchanged, "cpu")
    rows = [f"| {n} | {took.wall:.1f} | {took.cpu:.1f} |" for n, took in workers.items()]
    lines = [
        "# Making the reports",
        "",
        "The same notebooks on the same figures, each way a program of its own, in turn.",
        "**loop**: `papermill.execute_notebook` and `HTMLExporter`, page after page.",
        "**two loops**: half of the pages each, at once. **floor**: the same charts and tables by",
        "direct calls from figures read once, in two processes; no notebook and no page.",
        "",
        "## 11 cities",
        f"{_rounds(cities)} {_goal('cities', cities)}",
        "",
        *table(cities),
        "",
        f"**{_met(wall < 1)}: an unchanged run takes {wall:.2f} s** ({cpu:.2f} s of CPU; goal:",
        "under 1 s).",
        "",
        "| `--jobs` | s | CPU s |",
        "|---:|---:|---:|",
        *rows,
        "",
        f"## {COUNTIES} counties",
        "Counties have no report of their own: invented cities stand for them.",
        f"{_rounds(counties)} The loops make every {SAMPLE['counties']}th",
        "page, and what that takes beyond an empty loop counts as often.",
        _goal("counties", counties),
        "",
        *table(counties),
        "",
        f"**{_met(ratio <= TIMES_FLOOR)}: {ratio:.2f} times the CPU time of the floor** (goal: at",
        f"most {TIMES_FLOOR:g}).",
        f"**{_met(grown <= GROWTH)}: peak memory {grown:+.0%} against 11 cities**",
        f"(goal: within {GROWTH:.0%}): {most['counties']:.0f} and {most['cities']:.0f} MB, all",
        "processes together, what is shared counted once (PSS), four times a second in runs of",
        "their own.",
        "",
        machine("papermill", "nbconvert", "ipykernel", "matplotlib", "pandas"),
        "",
        "Written by `make bench`.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    main(parser.parse_args().quick)
