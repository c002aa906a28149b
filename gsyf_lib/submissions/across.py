"""Files against each other: whose figures a file may bring, and what a later one does away with."""

from collections.abc import Iterable
from pathlib import PurePosixPath

import pandas as pd

from gsyf_lib.plan import normalise
from gsyf_lib.submissions.baselines import in_words
from gsyf_lib.submissions.findings import Findings, Source, listed
from gsyf_lib.submissions.names import Names, areas_named
from gsyf_lib.submissions.years import TABLE_OF

__all__ = ["ACROSS_CHECKS", "industry_vanishes", "own_areas_only"]

FIGURE = ["area_code", "industry", "year", "measure"]


def own_areas_only(candidates: pd.DataFrame, names: Names, findings: Findings) -> pd.DataFrame:
    """文件名写明地区的，文件中只应有该地区及其下级的数据；夹带的其他地区的数据不采用。"""
    pairs = candidates[["file", "area_code"]].drop_duplicates()
    foreign = {
        (file, code)
        for file, codes in pairs.groupby("file", observed=True)["area_code"]
        for code in _foreign(file, codes, names)
    }
    if not foreign:
        return candidates
    keys = pd.MultiIndex.from_frame(candidates[["file", "area_code"]])
    is_foreign = keys.isin(foreign) & (candidates["state"] != "withheld").to_numpy()
    for (_, _), rows in candidates[is_foreign].groupby(["file", "area_code"], observed=True):
        first = rows.iloc[0]
        said = listed(area.name for area in areas_named(_stem(first["file"]), names))
        message = (
            f"文件名是{said}，其中却有{first['area']}的{len(rows)}项数据，未采用。"
            f"请由{first['area']}另行报送；确属汇总的，文件名请写明全部地区，全省汇总只写省名"
        )
        touches = tuple(rows[FIGURE].itertuples(index=False, name=None))
        about = {"area": first["area"], "area_code": first["area_code"], "touches": touches}
        source = Source(first["file"], first["received_on"], first["sheet"])
        findings.add("error", "file-area-foreign", source, message, first["cell"], **about)
    return candidates.assign(
        state=candidates["state"].astype("str").mask(is_foreign, "withheld"),
        value=candidates["value"].mask(is_foreign),
    )


def _stem(file: str) -> str:
    return normalise(PurePosixPath(file).stem)


def _foreign(file: str, codes: Iterable[str], names: Names) -> list[str]:
    """Return the areas that are neither named by the file's name nor below one that is."""
    named = {area.code for area in areas_named(_stem(file), names)}
    return [code for code in codes if named and not named & {code, names.parents[code]}]


def industry_vanishes(
    observations: pd.DataFrame, revisions: pd.DataFrame, findings: Findings
) -> None:
    """以前报过数据的，后来改为“无此行业”的，应核实。"""
    absent = observations[observations["state"] == "absent"]
    gone = revisions[revisions["old_value"].notna() & revisions["new_value"].isna()]
    gone = gone.merge(absent[[*FIGURE, "file", "sheet", "level"]], on=[*FIGURE, "file"])
    gone = gone.assign(table=gone["measure"].map(TABLE_OF))
    for _, rows in gone.groupby(["area_code", "industry", "year", "table", "file"], sort=False):
        first = rows.iloc[0]
        was = listed(
            f"{in_words(row.old_value, row.measure)}（《{row.old_file}》{row.old_cell}）"
            for row in rows.itertuples()
        )
        message = (
            f"{first['area']}{first['year']}年“{first['industry']}”原报{was}，现改为“无此行业”。"
            "没有发生的应填0；请核实，有误的重新报送"
        )
        about = {name: first[name] for name in ("area_code", "area", "industry", "year")}
        source = Source(first["file"], first["received_on"], first["sheet"])
        findings.add("warning", "industry-vanishes", source, message, first["cell"], **about)


ACROSS_CHECKS = (own_areas_only, industry_vanishes)
