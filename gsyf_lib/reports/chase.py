"""Receipts and findings in; what to chase senders for out, as a frame, text lines or a workbook.

For ``gsyf status`` what is owed, for ``gsyf check`` what senders have to correct.
"""

from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import Any

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import JudgedPlan
from gsyf_lib.documents.workbooks import Book
from gsyf_lib.plan import Plan
from gsyf_lib.reports.sheets import Column, add_sheet
from gsyf_lib.submissions import Source, completeness, lacking

# Findings of severity "info" that are listed all the same, because somebody has to confirm them.
TO_CONFIRM = ("figure-revised",)
# The sheets of the workbook. The figures of a table that is not due yet are not lacking.
COLUMNS = (
    Column("责任部门", 22, itemgetter("department")),
    Column("地区", 12, itemgetter("area")),
    Column("数据年度", 11, itemgetter("data_year")),
    Column("报表", 22, lambda row: wording.TABLES[row["table"]]),
    Column("报送期限", 14, lambda row: row["due"].date()),
    Column("状态", 12, lambda row: wording.RECEIPT_STATES[row["state"]]),
    Column("应报行业", 11, itemgetter("expected")),
    Column("已报行业", 11, itemgetter("received")),
    Column("尚缺行业", 36, lambda row: "" if row["state"] == "not_due" else row["lacking"]),
    Column("收齐日期", 14, lambda row: _known(row["received_on"])),
    Column("逾期天数", 11, lambda row: _known(row["days_open"])),
    Column("请更正", 44, lambda row: _faults(row)),
)


def _known(value: Any) -> object:
    if pd.isna(value):
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value


def _faults(row: Mapping[str, Any]) -> str:
    return f"{wording.faulty_words(row)}：{wording.fault_words(row)}" if row["faulty"] else ""


def overdue(judged: JudgedPlan) -> pd.DataFrame:
    """Return the receipts that are past due and still incomplete, by department and area.

    Beside frames.RECEIPTS they have ``lacking`` (industries) and ``days_open`` (days since due).
    """
    rows = _with_gaps(judged)
    is_open = (rows["received"] < rows["expected"]) & (judged.submissions.as_of > rows["due"])
    return rows[is_open]


def _with_gaps(judged: JudgedPlan) -> pd.DataFrame:
    """Return the receipts with the industries still lacking, in the order of the departments."""
    plan, submissions, rows = judged.plan, judged.submissions, judged.receipts
    gaps = lacking(plan, submissions.observations)
    rows = rows.merge(gaps.rename("lacking").reset_index(), how="left")
    # A figure with an error is withheld, so that it is lacking, too. But it is not owed again: it
    # has to be corrected, which ``faulty`` tells.
    rows["lacking"] = [
        "、".join(name for name in names.split("、") if name not in came.split("|"))
        for names, came in zip(rows["lacking"].fillna(""), rows["faulty"], strict=True)
    ]
    since = (submissions.as_of - rows["due"]).dt.days.astype("Int64")
    is_open = (rows["lacking"] != "") & (since > 0)
    rows["days_open"] = since.where(is_open, rows["days_late"])
    order = {name: number for number, name in enumerate(plan.departments["name"])}
    rows = rows.assign(rank=rows["department"].map(order))
    rows = rows.sort_values(["rank", "area_code", "data_year", "table"], kind="stable")
    return rows.drop(columns="rank").reset_index(drop=True)


def status_lines(judged: JudgedPlan) -> Iterator[str]:
    """Yield a line for each table that is overdue, then one for each year of data."""
    for row in overdue(judged).to_dict("records"):
        yield (
            f"{row['department']}  {row['area']}  {wording.owed_words(row)}  "
            f"{wording.receipt_words(row)}{_open(row)}"
        )
    as_of = judged.submissions.as_of
    yield f"截至{wording.day(as_of)}："
    for year, rows in judged.receipts.groupby("data_year"):
        whole, owing = completeness(judged.receipts, int(str(year)))
        late, faulty = ((rows["state"] == state).sum() for state in ("late", "faulty"))
        if rows["due"].min() < as_of or whole:
            note = f"，{late}份报表逾期报送" if late else ""
            note += f"，{faulty}份有误待更正" if faulty else ""
            yield f"{year}年数据应报{owing}个地区，报齐{whole}个{note}"
        else:
            due = wording.day(rows["due"].min())
            yield f"{year}年数据未到期（期限{due}），应报{owing}个地区，报齐{whole}个"


def _open(row: Mapping[str, Any]) -> str:
    """Return which industries are owed, and since when; "" if all came, though with errors."""
    if not row["lacking"]:
        return ""
    since = f"期限{wording.day(row['due'])}，已逾期{row['days_open']}天"
    return f"：{since}，尚缺{row['lacking']}"


def check_lines(plan: Plan, findings: pd.DataFrame) -> Iterator[str]:
    """Yield what each sender has to look at, file by file, and the counts of all findings.

    Findings that are only for the record, or corrected since, are counted but not listed. Senders
    stand in the order of the findings, the worst first.
    """
    is_listed = (findings["severity"] != "info") | findings["code"].isin(TO_CONFIRM)
    senders = pd.Series(
        {file: _sender(plan, str(file), rows) for file, rows in findings.groupby("file")}, dtype=str
    )
    listed = findings[is_listed]
    for sender, of_sender in listed.groupby(listed["file"].map(senders), sort=False):
        yield str(sender)
        for file, rows in of_sender.groupby("file", sort=False):
            yield f"  《{file}》：{'，'.join(wording.tally(rows['severity'], wording.SEVERITIES))}"
            yield from (f"    {_line(row)}" for row in rows.to_dict("records"))
        yield ""
    if unlisted := int((~is_listed).sum()):
        yield f"另有提示{unlisted}项，已经更正或仅供备查，不逐条列出（--format csv 列出全部）"
    counts = findings["severity"].value_counts()
    total = "，".join(f"{word}{counts.get(code, 0)}项" for code, word in wording.SEVERITIES.items())
    yield f"合计：{total}，涉及{findings['file'].nunique()}个文件"


def _sender(plan: Plan, file: str, findings: pd.DataFrame) -> str:
    """Return the one area that a file's findings, or else the file's name, tell of."""
    areas = [name for name in findings["area"].unique() if name]
    if len(areas) != 1:
        rows = plan.areas[plan.areas["level"] != "county"].to_dict("records")
        areas = [row["name"] for row in rows if row["name"] in file]
    return areas[0] if len(areas) == 1 else "报送单位不明"


def _line(finding: dict) -> str:
    """Return a finding without the name of its file, which stands above it."""
    file, address = (
        Source(finding["file"], pd.NaT, sheet).address(cell)
        for sheet, cell in (("", ""), (finding["sheet"], finding["cell"]))
    )
    inside = address.removeprefix(file)
    what = finding["message"].removeprefix(f"{address}：")
    return f"{wording.SEVERITIES[finding['severity']]}  {f'{inside}：' if inside else ''}{what}"


def chase_book(judged: JudgedPlan) -> bytes:
    """Return a workbook with a sheet of what is overdue, to be sent out, and one of everything."""
    plan, submissions = judged.plan, judged.submissions
    mark = f"　{wording.SYNTHETIC}" if submissions.synthetic else ""
    seen = f"（截至{wording.day(submissions.as_of)}）{mark}"
    book = Book(f"催报清单{seen}", plan.title, submissions.as_of.date())
    for name, what, receipts in (
        ("催报清单", "催报清单：逾期未报、未报齐或待更正{}项", overdue(judged)),
        ("全部", "报送情况：共{}项", _with_gaps(judged)),
    ):
        title = what.format(len(receipts)) + seen
        add_sheet(book, name, title, COLUMNS, receipts.to_dict("records"))
    return book.content()
