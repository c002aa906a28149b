"""Receipts and findings in; what to chase senders for out, as a frame, text lines or a workbook.

For ``gsyf status`` what is owed, for ``gsyf check`` what senders have to correct.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from gsyf_lib.assessment import JudgedPlan
from gsyf_lib.documents.workbooks import Book, add_table
from gsyf_lib.plan import Plan
from gsyf_lib.submissions import Source, completeness, lacking
from gsyf_lib.wording import (
    RECEIPT_STATES,
    SEVERITIES,
    SYNTHETIC,
    TABLES,
    day,
    fault_words,
    faulty_words,
    owed_words,
    receipt_words,
    tally,
)

# Findings of severity "info" that are listed all the same, because somebody has to confirm them.
TO_CONFIRM = ("figure-revised",)
COLUMNS = [
    ("责任部门", 22),
    ("地区", 12),
    ("数据年度", 11),
    ("报表", 22),
    ("报送期限", 14),
    ("状态", 12),
    ("应报行业", 11),
    ("已报行业", 11),
    ("尚缺行业", 36),
    ("收齐日期", 14),
    ("逾期天数", 11),
    ("请更正", 44),
]


def overdue(judged: JudgedPlan) -> pd.DataFrame:
    """Return the receipts that are past due and still incomplete, by department and area.

    Returns
    -------
    frames.RECEIPTS, and beside it ``lacking`` (industries) and ``days_open`` (days since due)
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
            f"{row['department']}  {row['area']}  {owed_words(row)}  "
            f"{receipt_words(row)}{_open(row)}"
        )
    as_of = judged.submissions.as_of
    yield f"截至{day(as_of)}："
    for year, rows in judged.receipts.groupby("data_year"):
        whole, owing = completeness(judged.receipts, int(str(year)))
        late, faulty = ((rows["state"] == state).sum() for state in ("late", "faulty"))
        if rows["due"].min() < as_of or whole:
            note = f"，其中{late}项逾期报送" if late else ""
            note += f"；{faulty}项有误待更正" if faulty else ""
            yield f"{year}年数据已收齐{whole}/{owing}个地区{note}"
        else:
            yield f"{year}年数据未到期（期限{day(rows['due'].min())}），已收齐{whole}/{owing}个地区"


def _open(row: Mapping[str, Any]) -> str:
    """Return which industries are owed, and since when; "" if all came, though with errors."""
    if not row["lacking"]:
        return ""
    since = f"期限{day(row['due'])}，已逾期{row['days_open']}天"
    return f"：{since}，尚缺{row['lacking']}"


def check_lines(plan: Plan, findings: pd.DataFrame) -> Iterator[str]:
    """Yield what each sender has to look at, file by file, and the counts of all findings.

    Findings that are only for the record, or corrected since, are counted but not listed.

    Parameters
    ----------
    plan : Plan
    findings : frames.FINDINGS in their order, the worst first; the senders follow that order

    Examples
    --------
    >>> lines = [*check_lines(plan, submissions.findings)]
    >>> lines[0], lines[-1]
    ('吕梁市', '合计：错误1项，警告1项，提示0项，涉及2个文件')
    """
    is_listed = (findings["severity"] != "info") | findings["code"].isin(TO_CONFIRM)
    senders = pd.Series(
        {file: _sender(plan, str(file), rows) for file, rows in findings.groupby("file")}, dtype=str
    )
    listed = findings[is_listed]
    for sender, of_sender in listed.groupby(listed["file"].map(senders), sort=False):
        yield str(sender)
        for file, rows in of_sender.groupby("file", sort=False):
            yield f"  《{file}》：{'，'.join(tally(rows['severity'], SEVERITIES))}"
            yield from (f"    {_line(row)}" for row in rows.to_dict("records"))
        yield ""
    if unlisted := int((~is_listed).sum()):
        yield f"另有提示{unlisted}项，已经更正或仅供备查，不逐条列出（--format csv 列出全部）"
    counts = findings["severity"].value_counts()
    total = "，".join(f"{word}{counts.get(code, 0)}项" for code, word in SEVERITIES.items())
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
        Source(finding["file"], pd.NaT, sheet).place(cell)
        for sheet, cell in (("", ""), (finding["sheet"], finding["cell"]))
    )
    place = address.removeprefix(file)
    what = finding["message"].removeprefix(f"{address}：")
    return f"{SEVERITIES[finding['severity']]}  {f'{place}：' if place else ''}{what}"


def chase_book(judged: JudgedPlan) -> bytes:
    """Return a workbook with a sheet of what is overdue, to be sent out, and one of everything."""
    plan, submissions = judged.plan, judged.submissions
    mark = f"　{SYNTHETIC}" if submissions.synthetic else ""
    seen = f"（截至{day(submissions.as_of)}）{mark}"
    book = Book(f"催报清单{seen}", plan.title, submissions.as_of.date())
    chased, everything = overdue(judged), _with_gaps(judged)
    title = f"催报清单：逾期未报、未报齐或待更正{len(chased)}项{seen}"
    add_table(book, "催报清单", title, COLUMNS, _rows(chased))
    title = f"报送情况：共{len(everything)}项{seen}"
    add_table(book, "全部", title, COLUMNS, _rows(everything))
    return book.content()


def _rows(receipts: pd.DataFrame) -> Iterator[list[object]]:
    for row in receipts.to_dict("records"):
        yield [
            row["department"],
            row["area"],
            row["data_year"],
            TABLES[row["table"]],
            row["due"].date(),
            RECEIPT_STATES[row["state"]],
            row["expected"],
            row["received"],
            "" if row["state"] == "not_due" else row["lacking"],
            None if pd.isna(row["received_on"]) else row["received_on"].date(),
            None if pd.isna(row["days_open"]) else row["days_open"],
            f"{faulty_words(row)}：{fault_words(row)}" if row["faulty"] else "",
        ]
