"""Checks of files against each other, and of an area against the areas below it.

A part is never more than the whole; where all parts are known, their sum is the whole.
"""

from collections.abc import Iterable, Iterator

import pandas as pd

from gsyf_lib.submissions.checks.all_figures import AllFigures
from gsyf_lib.submissions.findings import Found, found_at, listed, source_of
from gsyf_lib.submissions.measures import GOOD, KEY, TABLE_OF, in_words, keys_of
from gsyf_lib.submissions.read.names import Names, areas_named, name_of

# which figure, whatever the area
OF_AREAS = KEY[1:]


def own_areas_only(handed_in: AllFigures) -> Iterator[Found]:
    """文件名写明地区的，文件中只应有该地区及其下级的数据；夹带的其他地区的数据不采用。"""
    rows, names = handed_in.rows, handed_in.names
    # Judged once for each file and area; there are far fewer of them than figures.
    pairs = rows[["file", "area_code"]].drop_duplicates()
    foreign = {
        (file, code)
        for file, codes in pairs.groupby("file", observed=True)["area_code"]
        for code in _foreign(file, codes, names)
    }
    if not foreign:
        return
    is_foreign = pd.MultiIndex.from_frame(rows[["file", "area_code"]]).isin(foreign)
    rows = rows[is_foreign & (rows["state"] != "withheld").to_numpy()]
    for _, of_area in rows.groupby(["file", "area_code"], observed=True):
        first = of_area.iloc[0]
        named = listed(area.name for area in areas_named(name_of(first["file"]), names))
        found = found_at(first, "file-area-foreign", *OF_AREAS, named=named, number=len(of_area))
        found.touches, found.withholds = tuple(keys_of(of_area)), of_area.index
        yield found


def _foreign(file: str, codes: Iterable[str], names: Names) -> list[str]:
    """Return the areas that the file name neither names nor stands above.

    A name without an area (``数据.xlsx``) allows every area.
    """
    named = {area.code for area in areas_named(name_of(file), names)}
    return [code for code in codes if named and not named & {code, names.parents[code]}]


def sent_twice(handed_in: AllFigures) -> Iterator[Found]:
    """同一天的两个文件不必报同一数据；数值相同的只计一次。"""
    good = handed_in.rows[handed_in.rows["state"].isin(GOOD)]
    key = [*KEY, "received_on", "state", "value"]
    twice = good[good.duplicated(key, keep=False)].astype({"file": "str"})
    twice = twice.sort_values([*KEY, "file"], kind="stable")
    # Two whole files sent twice give one finding, not one for each of their figures: the figures
    # are counted by the set of files that hold them.
    files = twice.groupby(key, dropna=False, sort=False)["file"].agg(tuple)
    for (one, *others), number in files.value_counts(sort=False).sort_index().items():
        first = twice[twice["file"] == one].iloc[0]
        also = listed(f"《{other}》" for other in others)
        fields = {"others": also, "number": number}
        yield Found("sent-twice", source_of(first), first["cell"], **fields)


def industry_vanishes(in_force: AllFigures) -> Iterator[Found]:
    """以前报过数据的，后来改为“无此行业”的，应核实。"""
    rows, revisions = in_force.rows, in_force.revisions
    absent = rows[rows["state"] == "absent"]
    # A revision to no value is 无此行业 if the figure now in force says so.
    gone = revisions[revisions["old_value"].notna() & revisions["new_value"].isna()]
    gone = gone.merge(absent[[*KEY, "file", "sheet", "level"]], on=[*KEY, "file"])
    gone = gone.assign(table=gone["measure"].map(TABLE_OF))
    for _, of_table in gone.groupby(["area_code", "industry", "year", "table", "file"], sort=False):
        was = listed(
            f"{in_words(row.old_value, row.measure)}（《{row.old_file}》{row.old_cell}）"
            for row in of_table.itertuples()
        )
        first = of_table.iloc[0]
        yield found_at(first, "industry-vanishes", "measure", was=was)


def cities_add_up(in_force: AllFigures) -> Iterator[Found]:
    """省级报送数应与各市合计相同；有市未报送的，不应小于已报送各市的合计。"""
    known = _known(in_force.rows)
    cities = known[known["level"] == "city"]
    below = cities.groupby(OF_AREAS)["value"].agg(["sum", "size"]).reset_index()
    above = known[known["level"] == "province"]
    count = len(in_force.plan.cities)
    for row in above.merge(below, on=OF_AREAS).to_dict("records"):
        is_whole = row["size"] == count
        if row["value"] < row["sum"] or (is_whole and row["value"] > row["sum"]):
            parts = "各市" if is_whole else f"已报送的{row['size']}个市"
            yield _told(row, "province-sum-differs", parts)


def counties_within_city(in_force: AllFigures) -> Iterator[Found]:
    """各县合计不应大于市的数据。"""
    known = _known(in_force.rows)
    parents = in_force.plan.areas.set_index("code")["parent"]
    counties = known[known["level"] == "county"]
    counties = counties.assign(area_code=counties["area_code"].map(parents))
    below = counties.groupby(KEY)["value"].sum().rename("sum").reset_index()
    above = known[known["level"] == "city"].merge(below, on=KEY)
    for row in above[above["value"] < above["sum"]].to_dict("records"):
        yield _told(row, "counties-above-city", "各县")


def _known(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the counts that are known, 无此行业 as 0. Ratios are left out: they do not add up."""
    known = rows[rows["state"].isin(GOOD)]
    known = known[~known["measure"].str.endswith("_per_million")]
    return known.assign(value=known["value"].fillna(0).astype("int64"))


def _told(row: dict, name: str, parts: str) -> Found:
    own = "填“无此行业”" if row["state"] == "absent" else f"报送{row['value']}"
    return found_at(row, name, own=own, parts=parts, gap=abs(row["value"] - row["sum"]))


HANDED_IN_CHECKS = (own_areas_only, sent_twice)
IN_FORCE_CHECKS = (industry_vanishes, cities_add_up, counties_within_city)
