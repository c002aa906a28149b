"""Files looked at before they are filed: judged as if received on a day, against what is held."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from gsyf_lib.errors import UsageError
from gsyf_lib.frames import RATIO_SCALE
from gsyf_lib.submissions.findings import Findings, Source
from gsyf_lib.submissions.folder import as_text, below, shown

__all__ = ["incoming_files", "only_on", "tell_revisions", "with_incoming"]

Found = tuple[Path, Source]


def incoming_files(paths: Iterable[Path], root: Path) -> dict[str, Path]:
    """Return the files that paths name, by the name findings know them by.

    A file below ``root`` is known as it is there; any other by its path as it was typed.

    Raises
    ------
    UsageError
        A path does not exist.
    """
    files: dict[str, Path] = {}
    inside = root.resolve()
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise UsageError(f"没有文件或文件夹“{path}”。请检查路径")
        for file in below(path) if path.is_dir() else [path]:
            place = file.parent.resolve() / file.name
            is_held = place.is_relative_to(inside)
            files[shown(place, inside) if is_held else as_text(file)] = file
    return files


def with_incoming(
    held: Sequence[Found], incoming: Mapping[str, Path], day: dt.date | None, is_synthetic: bool
) -> tuple[list[Found], bool]:
    """Return the files to read and whether they are synthetic; real ones never meet the example.

    Raises
    ------
    UsageError
        There is a new file, but no day to judge it from.
    """
    known = {source.file for _, source in held}
    new = {name: path for name, path in incoming.items() if name not in known}
    if not new:
        return list(held), is_synthetic
    if day is None:
        raise UsageError("检查尚未归档的文件，需要用 as_of 说明收到日期")
    added = [(path, Source(name, pd.Timestamp(day))) for name, path in new.items()]
    return [*([] if is_synthetic else held), *added], False


def tell_revisions(
    revisions: pd.DataFrame,
    observations: pd.DataFrame,
    incoming: Collection[str],
    findings: Findings,
) -> None:
    """Say of each figure in new files which one in force it takes the place of."""
    revised = revisions[revisions["file"].isin(incoming)]
    if revised.empty:
        return
    key = ["area_code", "industry", "year", "measure"]
    sheets = observations.set_index(key)["sheet"].to_dict()
    for row in revised.to_dict("records"):
        old, new = (_said(row[name], row["measure"]) for name in ("old_value", "new_value"))
        sheet = sheets.get(tuple(row[name] for name in key), "")
        source = Source(row["file"], row["received_on"], sheet)
        message = (
            f"由{old}（《{row['old_file']}》{row['old_cell']}）改为{new}。原数据将被取代，请确认"
        )
        about = {name: row[name] for name in ("area_code", "area", "industry", "year", "measure")}
        findings.add("info", "figure-revised", source, message, row["cell"], **about)


def _said(value: float, measure: str) -> str:
    if pd.isna(value):
        return "无此行业"
    return f"{100 * value / RATIO_SCALE:g}%" if measure.endswith("_per_million") else str(value)


def only_on(findings: pd.DataFrame, incoming: Collection[str]) -> pd.DataFrame:
    """Return the findings on these files, or that name them beside another."""
    names = [f"《{name}》" for name in incoming]
    named = [any(name in message for name in names) for message in findings["message"]]
    return findings[findings["file"].isin(incoming) | pd.Series(named, findings.index, dtype=bool)]
