"""Files that were handed in again: the faults of the first one are settled by what came later."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import product

import pandas as pd

from gsyf_lib.errors import PlanError
from gsyf_lib.plan import Plan
from gsyf_lib.submissions.file import FileReading, file_name
from gsyf_lib.submissions.findings import Key
from gsyf_lib.submissions.names import Area, Names, areas_named
from gsyf_lib.submissions.settle import in_force_since

__all__ = ["check_replaced_files", "files_settled", "may_have_held"]

NAMED = {"事故": "accidents", "尘肺": "pneumoconiosis", "培训": "training"}
NAMED_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
GOALS = {
    "accidents": ("accidents", ("accidents", "casualties")),
    "pneumoconiosis": ("short_exposure_share", ("reported_cases", "short_exposure_cases")),
    "safety": ("safety_training_coverage", ("safety_personnel", "safety_trained")),
    "health": ("health_training_coverage", ("health_personnel", "health_trained")),
}


def files_settled(
    plan: Plan, readings: Sequence[FileReading], names: Names, observations: pd.DataFrame
) -> dict[str, str]:
    """Return the faulty files that something sound took the place of on a later day.

    The value is what to say beside their findings. A file is settled

    - by a sound one of the same name, if the name says area and year;
    - by other files, if the name says area, year, and table or department, and every figure that
      it may have held is in force from a later day;
    - by the file that ``plan.toml`` names in its place (replaced_files).

    What a file without a telling name held nobody can know: only the last way is open to it.
    """
    faulty = [reading for reading in readings if not _is_sound(reading)]
    settled = dict.fromkeys(_same_name(readings, faulty, names), "")
    scopes = may_have_held(readings, names)
    in_force = in_force_since(observations, {key[0] for keys in scopes.values() for key in keys})
    for reading in faulty:
        day, keys = reading.source.received_on, scopes[reading.source.file]
        if keys and all(in_force.get(_given(key, in_force), day) > day for key in keys):
            settled[reading.source.file] = ""
    return settled | _replaced(plan, readings)


def may_have_held(readings: Sequence[FileReading], names: Names) -> dict[str, set[Key]]:
    """Return the figures that each faulty file may have held; none if its name does not tell."""
    return {
        reading.source.file: _scope(reading, names)
        for reading in readings
        if not _is_sound(reading)
    }


def _is_sound(reading: FileReading) -> bool:
    return not any(row["severity"] == "error" for row in reading.findings.rows)


def _areas(reading: FileReading, names: Names) -> list[Area]:
    return areas_named(file_name(reading), names)


def _years(reading: FileReading) -> set[int]:
    return {int(year) for year in NAMED_YEAR.findall(file_name(reading))}


def _same_name(
    readings: Sequence[FileReading], faulty: Sequence[FileReading], names: Names
) -> list[str]:
    last: dict[str, pd.Timestamp] = {}
    for reading in readings:
        if _is_sound(reading) and (reading.tables or reading.progress):
            last[file_name(reading)] = reading.source.received_on
    return [
        reading.source.file
        for reading in faulty
        if _years(reading)
        and _areas(reading, names)
        and last.get(file_name(reading), reading.source.received_on) > reading.source.received_on
    ]


def _scope(reading: FileReading, names: Names) -> set[Key]:
    """Return every figure that a faulty file may have held; none if its name does not tell.

    A file that holds more than its name says may hold yet more in what was not understood.
    """
    name = file_name(reading)
    areas = {area.code for area in _areas(reading, names)}
    years = _years(reading) & set(names.years)
    tables = {table for word, table in NAMED.items() if word in name}
    offices = {office for word, office in names.offices.items() if word in name}
    tables = tables or (set(NAMED.values()) if offices else set())
    held = {key for table in reading.tables for key in table.scope()}
    if not held <= set(product(areas, years, tables)):
        return set()
    return {
        (area, industry, year, measure)
        for area in areas
        for year in years
        for industry, measure in _owed(tables, offices, names)
        if year > names.years[0] or not _is_training(measure)
    }


def _is_training(measure: str) -> bool:
    return measure.startswith(("safety_", "health_"))


def _owed(tables: set[str], offices: set[str], names: Names) -> Iterable[tuple[str, str]]:
    """Yield the industries and measures of tables, as far as the offices own them."""
    for table, (indicator, measures) in GOALS.items():
        if table in tables or (table in ("safety", "health") and "training" in tables):
            for industry in names.goal_industries(indicator):
                if not offices or names.departments[industry, indicator] in offices:
                    yield from ((industry, measure) for measure in measures)


def _given(key: Key, in_force: Mapping[Key, pd.Timestamp]) -> Key:
    """Return the figure that stands for another: the bare ratio where there are no counts."""
    bare = (*key[:3], "short_exposure_per_million")
    return bare if key not in in_force and key[3] in GOALS["pneumoconiosis"][1] else key


def _replaced(plan: Plan, readings: Sequence[FileReading]) -> dict[str, str]:
    """Return the files that ``plan.toml`` says were replaced, once the other one is there."""
    sound = {reading.source.file for reading in readings if _is_sound(reading)}
    return {
        entry.file: f"（已由《{entry.by}》代替：{entry.reason or 'plan.toml'}）"
        for entry in plan.replaced_files
        if entry.by in sound
    }


def check_replaced_files(plan: Plan, received: Mapping[str, pd.Timestamp]) -> None:
    """Refuse a replaced file that can never apply: a mistyped name must not go unseen.

    Parameters
    ----------
    plan : Plan
    received : all files that are held, whatever day is looked from, with the day they came

    Raises
    ------
    PlanError
        A file is not held, or the one in its place did not come later.
    """
    for number, entry in enumerate(plan.replaced_files, 1):
        for name in (entry.file, entry.by):
            if name not in received:
                raise PlanError(
                    f"plan.toml 第{number}个 replaced_files：没有文件“{name}”。"
                    "请写 raw/submissions 之下的路径，如 2023-02-20/太原市.xlsx"
                )
        if not received[entry.by] > received[entry.file]:
            raise PlanError(
                f"plan.toml 第{number}个 replaced_files：《{entry.by}》应晚于《{entry.file}》收到"
            )
