"""How long a submission of all counties takes to be read, beside what pandas alone takes.

``python -m benchmarks.read_large`` measures and rewrites ``benchmarks/read_large.md``. Names are
invented, numbers follow from the row's place: every run reads the same two files.
"""

import csv
import platform
import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import version
from itertools import islice, product
from os import cpu_count
from pathlib import Path
from time import perf_counter

import pandas as pd
from openpyxl import Workbook

import gsyf_lib as gs
from benchmarks.summary import write_page

ROOT = Path(__file__).parent.parent
CITIES, COUNTIES = 333, 2844
STEMS, BRANCHES, MARKS = (
    "甲乙丙丁戊己庚辛壬癸",
    "子丑寅卯辰巳午未申酉戌亥",
    "东西南北中上下前后左右里",
)
HEADER = ("年度", "市", "县", "行业", "事故起数", "伤亡人数")
RECEIVED = "2026-02-20"
ROUNDS, GOAL = 3, 2.0


def country_plan(folder: Path) -> gs.Plan:
    """Write a plan folder with the counties of a whole country, and return its plan."""
    shutil.copytree(ROOT / "data", folder, ignore=shutil.ignore_patterns("raw"))
    names = ("".join(parts) for parts in product(MARKS + "大小新古", STEMS, BRANCHES))
    taken = list(islice(names, COUNTIES // 2 + 1))
    lines = ["code,name,aliases,level,parent", "100000,山西省,山西,province,"]
    lines += [f"{200000 + n},{taken[n]}市,,city,100000" for n in range(CITIES)]
    for n in range(COUNTIES):
        name = f"{taken[n // 2]}{'县区'[n % 2]}"
        lines.append(f"{300000 + n},{name},,county,{200000 + n % CITIES}")
    (folder / "codes" / "areas.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return gs.load_plan(folder)


def submission_rows(plan: gs.Plan) -> Iterator[tuple[int, str, str, str, int, int]]:
    """Yield a row for every county, industry and year that the plan asks for."""
    counties = plan.areas[plan.areas["level"] == "county"]
    cities = dict(zip(plan.areas["code"], plan.areas["name"], strict=True))
    goals = plan.targets[plan.targets["indicator"] == "accidents"]["industry"].unique()
    years = (plan.baseline_year, *plan.years)
    keys = product(zip(counties["name"], counties["parent"], strict=True), goals, years)
    for number, ((county, parent), industry, year) in enumerate(keys):
        accidents = number * 7 % 24
        casualties = accidents + number % 5 if accidents else 0
        yield year, cities[parent], county, industry, accidents, casualties


def write_submission(plan: gs.Plan, kind: str) -> Path:
    """Write the only submission of a plan as ``xlsx`` or ``csv``; return its path."""
    folder = plan.folder / "raw" / "submissions" / RECEIVED
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    path = folder / f"accidents.{kind}"
    if kind == "xlsx":
        book = Workbook(write_only=True)
        sheet = book.create_sheet("安全生产事故")
        for row in (HEADER, *submission_rows(plan)):
            sheet.append(row)
        book.save(path)
    else:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([HEADER, *submission_rows(plan)])
    return path


def _seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def _read_by_us(plan: gs.Plan, expected: int) -> None:
    """Read, check and tidy; a run that loses a figure or finds a fault is no measurement."""
    submissions = gs.load_submissions(plan)
    if len(submissions.observations) != expected or len(submissions.findings):
        raise RuntimeError("the benchmark's submission was not read as it was written")


def measured(plan: gs.Plan, kind: str, rounds: int = ROUNDS) -> tuple[int, float, float]:
    """Return rows, our median seconds, and the median seconds of pandas, run in turn."""
    path = write_submission(plan, kind)
    rows = sum(1 for _ in submission_rows(plan))
    by_pandas = (
        (lambda: pd.read_excel(path, engine="calamine"))
        if kind == "xlsx"
        else (lambda: pd.read_csv(path))
    )
    ours, theirs = [], []
    for _ in range(rounds):
        theirs.append(_seconds(by_pandas))
        ours.append(_seconds(lambda: _read_by_us(plan, 2 * rows)))
    return rows, statistics.median(ours), statistics.median(theirs)


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()


def report(results: dict[str, tuple[int, float, float]]) -> str:
    """Return ``benchmarks/read_large.md`` for what was measured."""
    packages = ("pandas", "numpy", "python-calamine", "openpyxl")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    rows, ours, theirs = results["xlsx"]
    ratio = ours / theirs
    outcome = "met" if ratio <= GOAL else "missed"
    lines = [
        "# Reading a submission of all counties",
        "",
        f"Goal: read, check and tidy {rows:,} rows ({COUNTIES:,} invented counties, all accident",
        f'industries, all years) within {GOAL:g} × what `pandas.read_excel(engine="calamine")`',
        f"alone takes. **{outcome.capitalize()}: {ratio:.1f} ×.**",
        "",
        "| File | Rows | `gs.load_submissions` (s) | pandas alone (s) | Ratio |",
        "|---|---:|---:|---:|---:|",
    ]
    for kind, (count, our, their) in results.items():
        reader = "read_excel, calamine" if kind == "xlsx" else "read_csv"
        lines.append(
            f"| {kind} | {count:,} | {our:.3g} | {their:.3g} ({reader}) | {our / their:.1f} |"
        )
    lines += [
        "",
        f"Medians of {ROUNDS} runs, the two readers in turn. Ours is the whole way: guard, hash,",
        "read, header, rows with addresses, checks of rows, files and years, ledger. The goal is",
        "for workbooks; CSV stands beside it, where pandas has no XML to unpack and parse.",
        "",
        f"Machine: {_processor()}, {cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}.",
        f"Versions: {versions}.",
        "",
        "Written by `make bench`.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure both kinds of file and rewrite the page."""
    with tempfile.TemporaryDirectory() as temporary:
        plan = country_plan(Path(temporary) / "data")
        results = {kind: measured(plan, kind) for kind in ("xlsx", "csv")}
    write_page("read_large", report(results))


if __name__ == "__main__":
    main()
