"""Files as read in; out, which of the faulty ones were replaced by later files."""

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import product

import pandas as pd

from gsyf_lib.errors import PlanError
from gsyf_lib.plan import Plan, owed
from gsyf_lib.submissions.measures import Key
from gsyf_lib.submissions.read.names import Area, areas_named
from gsyf_lib.submissions.read.table import FileReading
from gsyf_lib.submissions.settled import in_force_since

# The words by which a file name tells its table.
NAMED = {"事故": "accidents", "尘肺": "pneumoconiosis", "培训": "training"}
NAMED_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


def files_settled(
    plan: Plan,
    readings: Sequence[FileReading],
    held: Mapping[str, Collection[Key]],
    observations: pd.DataFrame,
) -> dict[str, str]:
    """Return the faulty files that were replaced on a later day, each with a remark or none.

    ``held`` comes from ``may_have_held``. A file is replaced

    - by a sound one of the same name, if the name says area and year;
    - by other files, if the name says area, year, and table or department, and every figure that
      it may have held is in force from a later day;
    - by the file that ``plan.toml`` names in its place (replaced_files).

    Nobody can know what a file with any other name held: only ``plan.toml`` can settle that.
    """
    faulty = [reading for reading in readings if not reading.is_sound]
    settled = dict.fromkeys(_same_name(readings, faulty), "")
    in_force = in_force_since(observations, {key[0] for keys in held.values() for key in keys})
    for reading in faulty:
        day, keys = reading.source.received_on, held[reading.source.file]
        if keys and all(in_force.get(key, day) > day for key in keys):
            settled[reading.source.file] = ""
    return settled | _replaced(plan, readings)


def may_have_held(plan: Plan, readings: Sequence[FileReading]) -> dict[str, set[Key]]:
    """Return, for each faulty file, the keys it may have held; none if its name does not tell."""
    measures = plan.indicators.melt("code", ["numerator", "denominator"], value_name="measure")
    measures = measures[measures["measure"] != ""]
    figures = owed(plan).merge(measures, left_on="indicator", right_on="code")
    return {
        reading.source.file: _scope(reading, figures)
        for reading in readings
        if not reading.is_sound
    }


def _areas(reading: FileReading) -> list[Area]:
    return areas_named(reading.name, reading.names)


def _years(reading: FileReading) -> set[int]:
    return {int(year) for year in NAMED_YEAR.findall(reading.name)}


def _same_name(readings: Sequence[FileReading], faulty: Sequence[FileReading]) -> list[str]:
    """Return the faulty files of which a sound one of the same name came on a later day."""
    # Readings are in the order of days: the last day of a name stays.
    last: dict[str, pd.Timestamp] = {}
    for reading in readings:
        if reading.is_sound and (reading.tables or reading.progress):
            last[reading.name] = reading.source.received_on
    return [
        reading.source.file
        for reading in faulty
        if _years(reading)
        and _areas(reading)
        and last.get(reading.name, reading.source.received_on) > reading.source.received_on
    ]


def _scope(reading: FileReading, figures: pd.DataFrame) -> set[Key]:
    """Return which of the figures owed a faulty file may have held, going by its name.

    None if the name does not tell, or if what could be read goes beyond the name: then what could
    not be read may go beyond it, too.
    """
    name, offices = reading.name, reading.names.offices
    areas, years = {area.code for area in _areas(reading)}, _years(reading)
    departments = {office for word, office in offices.items() if word in name}
    tables = {table for word, table in NAMED.items() if word in name}
    tables = tables or (set(NAMED.values()) if departments else set())
    held = {key for table in reading.tables for key in table.scope()}
    if not held <= set(product(areas, years, tables)):
        return set()
    named = figures[figures["data_year"].isin(years) & figures["table"].isin(tables)]
    if departments:
        named = named[named["department"].isin(departments)]
    rows = named[["industry", "data_year", "measure"]].itertuples(index=False, name=None)
    return {(area, *row) for row in rows for area in areas}


def _replaced(plan: Plan, readings: Sequence[FileReading]) -> dict[str, str]:
    """Return the files that ``plan.toml`` says were replaced, once the new one has been read."""
    sound = {reading.source.file for reading in readings if reading.is_sound}
    return {
        entry.file: f"（已由《{entry.by}》代替：{entry.reason or 'plan.toml'}）"
        for entry in plan.replaced_files
        if entry.by in sound
    }


def check_replaced_files(plan: Plan, received: Mapping[str, pd.Timestamp]) -> None:
    """Refuse a ``replaced_files`` entry that can never apply, so that a mistyped name is noticed.

    Parameters
    ----------
    plan : Plan
    received : the day of receipt of every file in the dated folders, whatever ``as_of`` is

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
