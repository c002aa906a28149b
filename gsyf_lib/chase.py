"""Who owes what by when, and what to chase: the status as a frame, as text, and as a workbook."""

from collections.abc import Iterator

import pandas as pd
from openpyxl import Workbook

from gsyf_lib.plan import Plan
from gsyf_lib.receipts import completeness, lacking, receipt_states
from gsyf_lib.submissions import Submissions
from gsyf_lib.words import RECEIPT_STATES, SYNTHETIC, TABLES, day
from gsyf_lib.workbooks import add_table, workbook_bytes

__all__ = ["chase_book", "overdue", "status", "status_lines"]

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
]


def status(plan: Plan, submissions: Submissions) -> pd.DataFrame:
    """Tell who owes what by when, and what of it was received, seen from ``submissions.as_of``.

    Returns
    -------
    frames.RECEIPTS
    """
    return receipt_states(plan, submissions.observations, submissions.as_of, submissions.faulty)


def overdue(plan: Plan, submissions: Submissions) -> pd.DataFrame:
    """Return what is past its day and still not whole, by department and area.

    Returns
    -------
    frames.RECEIPTS, and beside it ``lacking`` (industries) and ``days_open`` (days since due)
    """
    rows = _with_gaps(plan, submissions)
    is_open = (rows["received"] < rows["expected"]) & (submissions.as_of > rows["due"])
    return rows[is_open]


def _with_gaps(plan: Plan, submissions: Submissions) -> pd.DataFrame:
    """Return the receipts with the industries they lack, department by department."""
    rows = status(plan, submissions)
    gaps = lacking(plan, submissions.observations)
    rows = rows.merge(gaps.rename("lacking").reset_index(), how="left")
    rows["lacking"] = rows["lacking"].fillna("")
    since = (submissions.as_of - rows["due"]).dt.days.astype("Int64")
    is_open = (rows["received"] < rows["expected"]) & (since > 0)
    rows["days_open"] = since.where(is_open, rows["days_late"])
    order = {name: number for number, name in enumerate(plan.departments["name"])}
    rows = rows.assign(rank=rows["department"].map(order))
    rows = rows.sort_values(["rank", "area_code", "data_year", "table"], kind="stable")
    return rows.drop(columns="rank").reset_index(drop=True)


def status_lines(plan: Plan, submissions: Submissions) -> Iterator[str]:
    """Yield a line for each thing overdue, and one for each year whose day has come."""
    for row in overdue(plan, submissions).to_dict("records"):
        yield (
            f"{row['department']}  {row['area']}  {row['data_year']}年{TABLES[row['table']]}  "
            f"{RECEIPT_STATES[row['state']]}：期限{day(row['due'])}，已逾期{row['days_open']}天，"
            f"尚缺{row['lacking']}"
        )
    received = status(plan, submissions)
    yield f"截至{day(submissions.as_of)}："
    for year, rows in received.groupby("data_year"):
        whole, owing = completeness(received, int(str(year)))
        late = int((rows["state"] == "late").sum())
        if rows["due"].min() < submissions.as_of or whole:
            note = f"，其中{late}项逾期报送" if late else ""
            yield f"{year}年数据已收齐{whole}/{owing}个地区{note}"
        else:
            yield f"{year}年数据未到期（期限{day(rows['due'].min())}），已收齐{whole}/{owing}个地区"


def chase_book(plan: Plan, submissions: Submissions) -> bytes:
    """Return the workbook to chase with: a sheet of what is overdue, and one of everything."""
    mark = f"　{SYNTHETIC}" if submissions.synthetic else ""
    seen = f"（截至{day(submissions.as_of)}）{mark}"
    book = Workbook()
    book.properties.creator, book.properties.title = plan.title, f"催报清单{seen}"
    chased, everything = overdue(plan, submissions), _with_gaps(plan, submissions)
    first, second = book.active, book.create_sheet("全部")
    first.title = "催报清单"
    add_table(first, f"催报清单：逾期未报或未报齐{len(chased)}项{seen}", COLUMNS, _rows(chased))
    add_table(second, f"报送情况：共{len(everything)}项{seen}", COLUMNS, _rows(everything))
    return workbook_bytes(book, submissions.as_of.date())


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
        ]
