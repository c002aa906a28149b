"""Findings and figures in force in; out come the findings as they stand today, and faulty figures.

A finding that a later submission has put right is only information. For that it is worked out
which faulty files later ones replaced. Faulty is a figure that only ever came with an error.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import product

import pandas as pd

from gsyf_lib import frames
from gsyf_lib.errors import PlanError
from gsyf_lib.plan import Plan, figures_owed
from gsyf_lib.submissions.findings import Findings
from gsyf_lib.submissions.measures import AREA_INDUSTRY_YEAR, GOOD, KEY, RATIO, SHARE_COUNTS, Key
from gsyf_lib.submissions.read.names import areas_named
from gsyf_lib.submissions.read.table import FileReading
from gsyf_lib.submissions.read.tasks import task_key
from gsyf_lib.submissions.register import REGISTER, SEVERITIES

# The words by which a file name tells its table.
NAMED = {"事故": "accidents", "尘肺": "pneumoconiosis", "培训": "training"}
NAMED_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


def settle(
    plan: Plan,
    readings: Sequence[FileReading],
    findings: Findings,
    observations: pd.DataFrame,
    progress: pd.DataFrame,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return frames.FINDINGS, those put right since as information, and frames.FAULTY."""
    scopes = may_have_held(plan, readings)
    replaced = _replaced_files(plan, readings, scopes, observations)
    found = _put_right(findings.frame(), observations, progress, replaced)
    faulty = _faulty_figures(plan, found, observations, scopes)
    found = found.assign(rank=found["severity"].map(SEVERITIES.index))
    found = found.sort_values(["rank", "file", "sheet", "cell", "code"], kind="stable")
    return frames.conform(found, frames.FINDINGS), faulty


def _put_right(
    findings: pd.DataFrame,
    observations: pd.DataFrame,
    progress: pd.DataFrame,
    files: Mapping[str, str],
) -> pd.DataFrame:
    """Turn findings on what was since handed in rightly into information.

    A finding on figures or on a task is settled once all of them are in force from a later day. A
    row left out is settled once its figure is in force, from any file of any day. A finding on a
    file or a name is settled when the file is replaced. ``settled_by`` in the register says which.
    """
    # Only the areas with findings: a whole country has far more figures than faults.
    touched = {key[0] for keys in findings["touches"] for key in keys}
    in_force = _in_force_since(observations, touched | set(findings["area_code"]))
    for task in progress.itertuples(index=False):
        in_force[task_key(task.area_code, task.year, task.number)] = task.received_on
    severities, messages = [], []
    for row in findings.to_dict("records"):
        words = _how_settled(row, in_force, files)
        severities.append("info" if words else row["severity"])
        messages.append(f"{row['wrong']}。{words}" if words else row["message"])
    return findings.assign(severity=severities, message=messages).astype(
        {"severity": "str", "message": "str"}
    )


def _how_settled(
    finding: dict, in_force: Mapping[Key, pd.Timestamp], files: Mapping[str, str]
) -> str:
    """Return the words that tell that a finding is settled; none if it is not."""
    settled_by = REGISTER[finding["code"]].settled_by
    if finding["severity"] == "info":
        return ""
    if settled_by == "later" and not finding["industry"] and finding["file"] in files:
        return f"此后已重新报送，不需处理{files[finding['file']]}"
    keys = _keys_in_question(finding)
    days = [in_force[key] for key in keys if key in in_force]
    if settled_by == "nothing" or len(days) < len(keys):
        return ""
    if settled_by == "any figures" or min(days) > finding["received_on"]:
        since = max(days)
        return f"{since.year}年{since.month}月{since.day}日已重新报送，不需处理"
    return ""


def _keys_in_question(finding: dict) -> Collection[Key]:
    """Return the figures that a finding is about: those it touches, or else its own key."""
    return finding["touches"] or (tuple(finding[name] for name in KEY),)


def _faulty_figures(
    plan: Plan,
    findings: pd.DataFrame,
    observations: pd.DataFrame,
    scopes: Mapping[str, Collection[Key]],
) -> pd.DataFrame:
    """Return the figures that only ever came with an error: received, but not in force.

    Of several errors on a figure, the last. A row left out never came and is not among them.
    """
    not_received = [code for code, kind in REGISTER.items() if not kind.received]
    errors = findings[(findings["severity"] == "error") & ~findings["code"].isin(not_received)]
    names = plan.areas.set_index("code")["name"]
    address = ["code", "received_on", "file", "sheet", "cell"]
    pairs = [
        (key, {name: error[name] for name in address})
        for error in errors.to_dict("records")
        for key in _touched(error) or scopes.get(error["file"], ())
    ]
    known = _in_force_since(observations, {key[0] for key, _ in pairs})
    rows = [
        {**dict(zip(KEY, key, strict=True)), **about} for key, about in pairs if key not in known
    ]
    found = pd.DataFrame(rows, columns=[*KEY, *address]).sort_values(["received_on", "file", *KEY])
    found = found.drop_duplicates(KEY, keep="last").assign(area=found["area_code"].map(names))
    return frames.conform(found.sort_values(KEY), frames.FAULTY)


def _touched(finding: dict) -> Collection[Key]:
    """Return the figures that a finding is about; none if it is about a file, a sheet or a name."""
    is_of_one = finding["industry"] and finding["measure"]
    return _keys_in_question(finding) if is_of_one else finding["touches"]


def _in_force_since(observations: pd.DataFrame, areas: Collection[str]) -> dict[Key, pd.Timestamp]:
    """Return the day since which each figure of some areas (by code) has been in force.

    The two forms of a share stand for each other (reading 11).
    """
    if not areas:
        return {}
    good = observations[observations["area_code"].isin(areas) & observations["state"].isin(GOOD)]
    in_force = good.set_index(KEY)["received_on"].to_dict()
    shares = good[good["measure"].isin([RATIO, *SHARE_COUNTS])]
    forms = shares.pivot(index=AREA_INDUSTRY_YEAR, columns="measure", values="received_on")
    forms = forms.reindex(columns=[RATIO, *SHARE_COUNTS])
    # A ratio in force stands for counts that are not, and both counts (the later one decides) for a
    # ratio that is not.
    for share, day in forms[RATIO].dropna().items():
        in_force |= {(*share, name): day for name in SHARE_COUNTS if (*share, name) not in in_force}
    for share, day in forms[list(SHARE_COUNTS)].max(axis=1, skipna=False).dropna().items():
        in_force.setdefault((*share, RATIO), day)
    return in_force


def _replaced_files(
    plan: Plan,
    readings: Sequence[FileReading],
    scopes: Mapping[str, Collection[Key]],
    observations: pd.DataFrame,
) -> dict[str, str]:
    """Return the faulty files that were replaced on a later day, each with a remark or none.

    ``scopes`` comes from ``may_have_held``. A file is replaced

    - by a sound one of the same name, if the name says area and year;
    - by other files, if the name says area, year, and table or department, and every figure that
      it may have held is in force from a later day;
    - by the file that ``plan.toml`` names in its place (replaced_files).

    Nobody can know what a file with any other name held: only ``plan.toml`` can settle that.
    """
    faulty = [reading for reading in readings if not reading.is_sound]
    replaced = dict.fromkeys(_same_name(readings, faulty), "")
    in_force = _in_force_since(observations, {key[0] for keys in scopes.values() for key in keys})
    for reading in faulty:
        day, keys = reading.source.received_on, scopes[reading.source.file]
        if keys and all(in_force.get(key, day) > day for key in keys):
            replaced[reading.source.file] = ""
    sound = {reading.source.file for reading in readings if reading.is_sound}
    # What ``plan.toml`` says counts once the new file has been read.
    return replaced | {
        entry.file: f"（已由《{entry.by}》代替：{entry.reason or 'plan.toml'}）"
        for entry in plan.replaced_files
        if entry.by in sound
    }


def may_have_held(plan: Plan, readings: Sequence[FileReading]) -> dict[str, set[Key]]:
    """Return, for each faulty file, the keys it may have held; none if its name does not tell."""
    faulty = [reading for reading in readings if not reading.is_sound]
    figures = figures_owed(plan) if faulty else pd.DataFrame()
    return {reading.source.file: _scope(reading, figures) for reading in faulty}


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
        and areas_named(reading.name, reading.names)
        and last.get(reading.name, reading.source.received_on) > reading.source.received_on
    ]


def _scope(reading: FileReading, figures: pd.DataFrame) -> set[Key]:
    """Return which of the figures owed a faulty file may have held, going by its name.

    None if the name does not tell, or if what could be read goes beyond the name: then what could
    not be read may go beyond it, too.
    """
    name, offices = reading.name, reading.names.offices
    areas = {area.code for area in areas_named(name, reading.names)}
    years = _years(reading)
    departments = {office for word, office in offices.items() if word in name}
    tables = {table for word, table in NAMED.items() if word in name}
    tables = tables or (set(NAMED.values()) if departments else set())
    read = {key for table in reading.tables for key in table.scope()}
    if not read <= set(product(areas, years, tables)):
        return set()
    named = figures[figures["data_year"].isin(years) & figures["table"].isin(tables)]
    if departments:
        named = named[named["department"].isin(departments)]
    rows = named[["industry", "data_year", "measure"]].itertuples(index=False, name=None)
    return {(area, *row) for row in rows for area in areas}


def check_replaced_files(plan: Plan, received: Mapping[str, pd.Timestamp]) -> None:
    """Refuse an entry of ``replaced_files`` that can never apply: a mistyped name is noticed."""
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
