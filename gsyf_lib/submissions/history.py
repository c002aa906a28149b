"""Checks over the whole ledger and over years: what is right in form but strange.

Each check is a small function of the ledger; HISTORY_CHECKS is the list that the docs print.
"""

from collections.abc import Callable, Iterator

import pandas as pd

from gsyf_lib.plan import Plan
from gsyf_lib.submissions.findings import Findings, Source, listed
from gsyf_lib.submissions.names import TABLE_WORDS
from gsyf_lib.submissions.years import TABLE, TABLE_OF, WHOLE, Ledger, ledger_of

__all__ = ["HISTORY_CHECKS", "check_history"]

TENFOLD, LARGE_ENOUGH = 10, 30
LEAST_ALIKE = 4
# the figure it is about, what to say, and the fields that the finding leaves open
Fault = tuple[pd.Series, str, tuple[str, ...]]
WHOLE_TABLE = ("industry", "measure")
UNSTEADY = [name for name in TABLE_OF if name.endswith(("_trained", "_per_million"))]


def _is_jump(one: pd.Series, other: pd.Series) -> pd.Series:
    larger = one.where(one > other, other).where(one.notna() & other.notna())
    smaller = one.where(one <= other, other)
    return (larger >= LARGE_ENOUGH) & (larger >= TENFOLD * smaller)


def jump_tenfold(ledger: Ledger) -> Iterator[Fault]:
    """与上一个年度相差十倍以上（较大的数不小于30），疑多写或漏写一位。培训人数和报告比例不查。"""
    rows = ledger.figures
    unsteady = rows["measure"].isin(UNSTEADY)
    back = _is_jump(rows["last"], rows["before"]) & ~_is_jump(rows["value"], rows["before"])
    for _, row in rows[_is_jump(rows["value"], rows["last"]) & ~back & ~unsteady].iterrows():
        said = f"{row['last_year']:.0f}年为{row['last']:.0f}，{row['year']}年为{row['value']:.0f}"
        yield row, f"{said}，相差十倍以上。请核实是否多写或漏写一位；数据照常使用", ()


def copied_last_year(ledger: Ledger) -> Iterator[Fault]:
    """一个地区一张表的全部数据不应与上一个年度完全相同。"""
    tables = ledger.tables
    last = tables[[*TABLE, "size"]].astype({"year": "float64"})
    last = last.rename(columns={"year": "last_year"})
    both = tables.merge(last, on=["area_code", "table", "last_year", "size"])
    copied = both["same"] & (both["last_year"] == both["oldest"]) & (both["total"] > 0)
    for table in both[copied].itertuples():
        row = ledger.figures.loc[table.row]
        said = f"{_table(row)}的全部{table.size}项数据与{table.last_year:.0f}年完全相同"
        yield row, f"{said}。请核实是否误报了上一年的表，有误的重新报送", WHOLE_TABLE


def like_another_area(ledger: Ledger) -> Iterator[Fault]:
    """两个市同一年度的同一张表（不少于四个行业、四个不为0的数）不应完全相同。"""
    tables = ledger.tables
    whole = tables[(tables["industries"] >= LEAST_ALIKE) & (tables["table"] != "pneumoconiosis")]
    cities = ledger.figures[ledger.figures["level"] == "city"]
    same: dict[tuple, list[pd.Series]] = {}
    for _, rows in cities.merge(whole[TABLE], on=TABLE).groupby(TABLE, sort=False):
        if (rows["value"] > 0).sum() >= LEAST_ALIKE:
            said = sorted(zip(rows["industry"], rows["measure"], rows["value"], strict=True))
            key = (rows["table"].iloc[0], rows["year"].iloc[0], *said)
            same.setdefault(key, []).append(rows.iloc[0])
    for first, *others in same.values():
        for row in others:
            message = (
                f"{_table(row)}与{first['area']}的（《{first['file']}》）完全相同。"
                "请核实是否误用了其他市的表，有误的重新报送；数据照常使用"
            )
            yield row, message, WHOLE_TABLE


def all_zero(ledger: Ledger) -> Iterator[Fault]:
    """一个地区一张表一个年度的数据不应全部为0。"""
    for table in ledger.tables[ledger.tables["total"] == 0].itertuples():
        row = ledger.figures.loc[table.row]
        message = (
            f"{_table(row)}的全部{table.size}项数据为0。"
            "确实没有发生的不需处理；没有数据的不要填0，请重新报送"
        )
        yield row, message, WHOLE_TABLE


def _table(row: pd.Series) -> str:
    return f"{row['area']}{row['year']}年{TABLE_WORDS[row['table']]}"


def exactly_on_target(ledger: Ledger) -> Iterator[Fault]:
    """基期不为0的各行业（不少于四个）不应全部恰好落在年度目标上（四舍五入到整数）。"""
    # Small counts on a steady path do so by chance: once is for the record, no warning.
    for row, size, times in ledger.on_target:
        if times == 1:
            message = f"{_table(row)}中{size}个行业全部恰好落在年度目标上。供核查时参考"
            yield row, message, ("industry",)


def repeatedly_on_target(ledger: Ledger) -> Iterator[Fault]:
    """一个地区全部恰好落在年度目标上的情形，不应有两次以上（不同年度，或事故、伤亡两项）。"""
    for row, size, times in ledger.on_target:
        if times > 1:
            message = (
                f"{_table(row)}中{size}个行业全部恰好落在年度目标上，该地区这样的情形共{times}次，"
                "难以用巧合解释。请对照原始记录核实"
            )
            yield row, message, ("industry",)


def industry_stays(ledger: Ledger) -> Iterator[Fault]:
    """填“无此行业”的，同一地区的该行业在其他年度或其他表中不应有大于0的数据。"""
    key = ["area_code", "industry"]
    absent = ledger.observations[ledger.observations["state"] == "absent"]
    absent = absent.assign(table=absent["measure"].map(TABLE_OF))
    absent = absent.drop_duplicates([*key, "table", "year"])
    there = ledger.figures[ledger.figures["value"] > 0].merge(absent[key].drop_duplicates(), on=key)
    there = there.groupby(key)["year"].agg(set)
    absent = absent.join(there.rename("years"), on=key, how="inner")
    for _, row in absent.iterrows():
        other = row["years"] - {row["year"]}
        where = f"{listed(sorted(other))}年" if other else "同年的另一张表"
        message = f"填“无此行业”，但{where}有该行业的数据。没有发生的应填0；请核实，有误的重新报送"
        yield row, message, ("measure",)


def denominator_shrinks(ledger: Ledger) -> Iterator[Fault]:
    """重点岗位人员数比上一个年度减少10%以上，而培训覆盖率上升的，应核实。"""
    rows = ledger.figures
    for kind in ("safety", "health"):
        people = rows[rows["measure"] == f"{kind}_personnel"]
        trained = rows.loc[rows["measure"] == f"{kind}_trained"]
        key = ["area_code", "industry", "year", "last_year"]
        pairs = people.merge(trained[[*key, "value", "last"]], on=key, suffixes=("", "_trained"))
        fell = WHOLE * pairs["value"] < 9 * WHOLE // 10 * pairs["last"]
        rose = pairs["value_trained"] * pairs["last"] > pairs["last_trained"] * pairs["value"]
        for _, row in pairs[fell & rose].iterrows():
            was, now = f"{row['last_year']:.0f}年的{row['last']:.0f}人", f"{row['value']:.0f}人"
            message = f"重点岗位人员由{was}减为{now}，覆盖率随之上升。请按年末在岗人员核实"
            yield row, message, ()


def baseline_given(ledger: Ledger) -> Iterator[Fault]:
    """报送了年度数据的地区和行业，基期报送期限过后应有基期数据。"""
    plan, rows, there = ledger.plan, ledger.figures, ledger.observations
    duties = plan.duties[plan.duties["data_year"] == plan.baseline_year]
    if not ledger.as_of > duties["due"].max():
        return
    compared = plan.targets.loc[plan.targets["rule"] != "coverage_at_least", "indicator"]
    tables = plan.indicators.set_index("code")["table"][compared.unique()]
    there = there[(there["year"] == plan.baseline_year) & (there["level"] != "county")]
    key = ["area_code", "industry", "table"]
    there = there.assign(table=there["measure"].map(TABLE_OF))[key].drop_duplicates()
    owed = rows[rows["level"] != "county"]
    owed = owed[owed["year"].isin(plan.years) & owed["table"].isin(tables)]
    owed = owed[~pd.MultiIndex.from_frame(owed[key]).isin(pd.MultiIndex.from_frame(there))]
    for (_, table), group in owed.groupby(["area_code", "table"], sort=False):
        row = group.iloc[0]
        message = (
            f"{row['area']}报送了{listed(sorted(set(group['year'])))}年的{TABLE_WORDS[table]}数据，"
            f"却没有基期（{plan.baseline_year}年）数据：{listed(group['industry'].unique())}。"
            "与基期比较的目标无法判定，请补报"
        )
        yield row, message, (*WHOLE_TABLE, "year")


HISTORY_CHECKS: tuple[tuple[str, str, Callable[[Ledger], Iterator[Fault]]], ...] = (
    ("warning", "jump-tenfold", jump_tenfold),
    ("warning", "copied-last-year", copied_last_year),
    ("warning", "like-another-area", like_another_area),
    ("warning", "all-zero", all_zero),
    ("info", "exactly-on-target", exactly_on_target),
    ("warning", "repeatedly-on-target", repeatedly_on_target),
    ("warning", "industry-comes-and-goes", industry_stays),
    ("warning", "denominator-shrinks", denominator_shrinks),
    ("error", "baseline-missing", baseline_given),
)


def check_history(
    plan: Plan, observations: pd.DataFrame, as_of: pd.Timestamp, findings: Findings
) -> None:
    """Run every check over years; the figures go on as they are.

    Parameters
    ----------
    plan : Plan
    observations : frames.OBSERVATIONS
    as_of : the day looked from
    findings : what is found is added to it
    """
    ledger = ledger_of(plan, observations, as_of)
    for severity, code, check in HISTORY_CHECKS:
        for row, message, left_open in check(ledger):
            about = {
                name: row[name] for name in ("area_code", "area", "industry", "year", "measure")
            }
            about |= {name: None if name == "year" else "" for name in left_open}
            source = Source(row["file"], row["received_on"], row["sheet"])
            findings.add(severity, code, source, message, row["cell"], **about)
