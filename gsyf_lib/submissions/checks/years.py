"""Checks over years: figures of the right form that look strange beside other years."""

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from gsyf_lib.submissions.checks.all_figures import TABLE_KEY, AllFigures
from gsyf_lib.submissions.findings import Found, found_at, listed
from gsyf_lib.submissions.measures import TABLE_OF
from gsyf_lib.vocabulary import TABLES

# Small counts jump by themselves: from 2 to 20 is no digit too many.
TENFOLD, LARGE_ENOUGH = 10, 30
# Two cities may share a few figures by chance; so many industries and figures above 0 are not.
LEAST_ALIKE = 4
# Training may start from nothing, and a share of few cases is anything.
UNSTEADY = [name for name in TABLE_OF if name.endswith(("_trained", "_per_million"))]


def _is_jump(one: pd.Series, other: pd.Series) -> pd.Series:
    larger = one.where(one > other, other).where(one.notna() & other.notna())
    smaller = one.where(one <= other, other)
    return (larger >= LARGE_ENOUGH) & (larger >= TENFOLD * smaller)


def jump_tenfold(in_force: AllFigures) -> Iterator[Found]:
    """与上一个年度相差十倍以上（较大的数不小于30），疑多写或漏写一位。培训人数和报告比例不查。"""
    rows = in_force.series
    unsteady = rows["measure"].isin(UNSTEADY)
    # After a wrong figure the right one jumps, too: back to where the series was before.
    back = _is_jump(rows["last"], rows["before"]) & ~_is_jump(rows["value"], rows["before"])
    for _, row in rows[_is_jump(rows["value"], rows["last"]) & ~back & ~unsteady].iterrows():
        yield found_at(row, "jump-tenfold")


def copied_last_year(in_force: AllFigures) -> Iterator[Found]:
    """一个地区一张表的全部数据不应与上一个年度完全相同。"""
    tables = in_force.tables
    # A table with fewer or more figures than last year is not copied whole: the size must agree.
    last = tables[[*TABLE_KEY, "size"]].astype({"year": "float64"})
    last = last.rename(columns={"year": "last_year"})
    both = tables.merge(last, on=["area_code", "table", "last_year", "size"])
    copied = both["same"] & (both["last_year"] == both["oldest"]) & (both["total"] > 0)
    for table in both[copied].itertuples():
        row = in_force.series.loc[table.row]
        last_year = table.last_year
        yield _found_in_table(row, "copied-last-year", size=table.size, last_year=last_year)


def like_another_area(in_force: AllFigures) -> Iterator[Found]:
    """两个市同一年度的同一张表（不少于四个行业、四个不为0的数）不应完全相同。"""
    tables = in_force.tables
    whole = tables[(tables["industries"] >= LEAST_ALIKE) & (tables["table"] != "pneumoconiosis")]
    cities = in_force.series[in_force.series["level"] == "city"]
    same: dict[tuple, list[pd.Series]] = {}
    for _, rows in cities.merge(whole[TABLE_KEY], on=TABLE_KEY).groupby(TABLE_KEY, sort=False):
        if (rows["value"] > 0).sum() >= LEAST_ALIKE:
            figures = sorted(zip(rows["industry"], rows["measure"], rows["value"], strict=True))
            key = (rows["table"].iloc[0], rows["year"].iloc[0], *figures)
            same.setdefault(key, []).append(rows.iloc[0])
    for first, *others in same.values():
        for row in others:
            other, file = first["area"], first["file"]
            yield _found_in_table(row, "like-another-area", other=other, file=file)


def all_zero(in_force: AllFigures) -> Iterator[Found]:
    """一个地区一张表一个年度的数据不应全部为0。"""
    for table in in_force.tables[in_force.tables["total"] == 0].itertuples():
        row = in_force.series.loc[table.row]
        yield _found_in_table(row, "all-zero", size=table.size)


def _found_in_table(
    row: pd.Series, name: str, left_open: Iterable[str] = ("industry", "measure"), **fields: Any
) -> Found:
    table = f"{row['area']}{row['year']}年{TABLES[row['table']]}"
    return found_at(row, name, *left_open, table=table, **fields)


def exactly_on_target(in_force: AllFigures) -> Iterator[Found]:
    """基期不为0的各行业（不少于四个）不应全部恰好落在年度目标上（四舍五入到整数）。"""
    # Small counts on a steady path land there by chance: once is information, not a warning.
    for row, size, times in in_force.on_target:
        if times == 1:
            yield _found_in_table(row, "exactly-on-target", ["industry"], size=size)


def repeatedly_on_target(in_force: AllFigures) -> Iterator[Found]:
    """一个地区全部恰好落在年度目标上的情形，不应有两次以上（不同年度，或事故、伤亡两项）。"""
    for row, size, times in in_force.on_target:
        if times > 1:
            name = "repeatedly-on-target"
            yield _found_in_table(row, name, ["industry"], size=size, times=times)


def industry_stays(in_force: AllFigures) -> Iterator[Found]:
    """填“无此行业”的，同一地区的该行业在其他年度或其他表中不应有大于0的数据。"""
    key = ["area_code", "industry"]
    absent = in_force.rows[in_force.rows["state"] == "absent"]
    absent = absent.assign(table=absent["measure"].map(TABLE_OF))
    absent = absent.drop_duplicates([*key, "table", "year"])
    there = in_force.series[in_force.series["value"] > 0]
    there = there.merge(absent[key].drop_duplicates(), on=key).groupby(key)["year"].agg(set)
    absent = absent.join(there.rename("years"), on=key, how="inner")
    for _, row in absent.iterrows():
        other = row["years"] - {row["year"]}
        where = f"{listed(sorted(other))}年" if other else "同年的另一张表"
        yield found_at(row, "industry-comes-and-goes", "measure", where=where)


def denominator_shrinks(in_force: AllFigures) -> Iterator[Found]:
    """重点岗位人员数比上一个年度减少10%以上，而培训覆盖率上升的，应核实。"""
    rows = in_force.series
    for kind in ("safety", "health"):
        people = rows[rows["measure"] == f"{kind}_personnel"]
        trained = rows.loc[rows["measure"] == f"{kind}_trained"]
        key = ["area_code", "industry", "year", "last_year"]
        pairs = people.merge(trained[[*key, "value", "last"]], on=key, suffixes=("", "_trained"))
        # Both conditions without a division: fewer than 9/10 of the people, and a larger quotient
        # of trained to people (cross-multiplied).
        fell = 10 * pairs["value"] < 9 * pairs["last"]
        rose = pairs["value_trained"] * pairs["last"] > pairs["last_trained"] * pairs["value"]
        for _, row in pairs[fell & rose].iterrows():
            yield found_at(row, "denominator-shrinks")


def baseline_given(in_force: AllFigures) -> Iterator[Found]:
    """报送了年度数据的地区和行业，基期报送期限过后应有基期数据。"""
    plan = in_force.plan
    duties = plan.duties[plan.duties["data_year"] == plan.baseline_year]
    if not in_force.as_of > duties["due"].max():
        return
    compared = plan.targets.loc[plan.targets["rule"] != "coverage_at_least", "indicator"]
    tables = plan.indicators.set_index("code")["table"][compared.unique()]
    there = in_force.rows
    there = there[(there["year"] == plan.baseline_year) & (there["level"] != "county")]
    key = ["area_code", "industry", "table"]
    there = there.assign(table=there["measure"].map(TABLE_OF))[key].drop_duplicates()
    owed = in_force.series[in_force.series["level"] != "county"]
    owed = owed[owed["year"].isin(plan.years) & owed["table"].isin(tables)]
    owed = owed[~pd.MultiIndex.from_frame(owed[key]).isin(pd.MultiIndex.from_frame(there))]
    for (_, table), group in owed.groupby(["area_code", "table"], sort=False):
        fields: dict[str, Any] = {
            "years": listed(sorted(set(group["year"]))),
            "table": TABLES[table],
            "baseline": plan.baseline_year,
            "industries": listed(group["industry"].unique()),
        }
        left_open = ("industry", "measure", "year")
        yield found_at(group.iloc[0], "baseline-missing", *left_open, **fields)


IN_FORCE_CHECKS = (
    jump_tenfold,
    copied_last_year,
    like_another_area,
    all_zero,
    exactly_on_target,
    repeatedly_on_target,
    industry_stays,
    denominator_shrinks,
    baseline_given,
)
