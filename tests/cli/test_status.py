"""Who owes what, and what to chase; files looked at before they are filed."""

import io
import json
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook
from submitted import codes, construction, hand_in, load

import gsyf_lib as gs
from gsyf_lib.cli.main import main
from gsyf_lib.errors import UsageError
from gsyf_lib.reports.chase import chase_book, check_lines, overdue, status_lines
from gsyf_lib.submissions import submitted_files

BUILDING = "住房和城乡建设部门"

pytestmark = pytest.mark.usefixtures("the_example_is_read_once")


@pytest.fixture(scope="module")
def in_june(plan) -> gs.Submissions:
    return gs.load_submissions(plan, "2024-06-15")


def test_status_is_seen_from_the_day_asked_for(plan):
    on_the_day = gs.JudgedPlan(plan, gs.load_submissions(plan, "2024-02-29")).receipts
    after = gs.JudgedPlan(plan, gs.load_submissions(plan, "2024-03-01")).receipts
    assert "missing" not in set(on_the_day["state"])
    assert "missing" in set(after["state"])


def test_only_what_is_past_its_day_and_not_whole_is_chased(plan, in_june):
    rows = overdue(gs.JudgedPlan(plan, in_june))
    assert set(rows["state"]) == {"missing", "faulty"}
    assert (rows["due"] < in_june.as_of).all()
    everything = gs.JudgedPlan(plan, in_june).receipts
    is_open = everything["received"] < everything["expected"]
    assert len(rows) == (is_open & (everything["due"] < in_june.as_of)).sum()


def test_what_is_chased_names_the_industries_and_the_days(plan, tmp_path):
    files = {"2023-02-20/a.csv": construction(3)}
    rows = overdue(gs.JudgedPlan(plan, load(plan, tmp_path, files, "2023-03-10")))
    rows = rows[(rows["area"] == "太原市") & (rows["data_year"] == 2022)]
    rows = rows.set_index(["department", "table"])
    assert (BUILDING, "accidents") not in rows.index
    assert (
        rows.loc[("应急管理部门", "accidents"), "lacking"] == "危险化学品、煤矿、非煤矿山、机械制造"
    )
    assert rows.loc[(BUILDING, "training"), "days_open"] == 10


def test_text_names_each_open_duty_and_counts_the_areas(plan, in_june):
    lines = list(status_lines(gs.JudgedPlan(plan, in_june)))
    chased = [line for line in lines if "尚缺" in line or "请更正" in line]
    assert len(chased) == len(overdue(gs.JudgedPlan(plan, in_june)))
    assert any("忻州市  2023年尘肺病报告  逾期未报：期限2024年2月29日" in line for line in chased)
    assert "2023年数据应报12个地区，报齐10个，1份有误待更正" in lines
    assert any(line.startswith("2025年数据未到期（期限2025年12月31日）") for line in lines)


def test_the_workbook_has_what_to_chase_and_everything(plan, in_june):
    book = load_workbook(io.BytesIO(chase_book(gs.JudgedPlan(plan, in_june))))
    assert book.sheetnames == ["催报清单", "全部"]
    for page in book:
        assert "示例数据（非真实）" in page["A1"].value
        assert page.freeze_panes == "A3"
        assert page.auto_filter.ref.startswith("A2:L")
    assert book["催报清单"].max_row == 2 + len(overdue(gs.JudgedPlan(plan, in_june)))
    assert book["全部"].max_row == 2 + len(gs.JudgedPlan(plan, in_june).receipts)


FAULTY = "已于2024年2月19日收到，有误未采用（D4），请更正"


def test_what_came_with_an_error_is_told_as_received_and_never_as_overdue(plan, in_june):
    """吕梁 of the example handed in on the day, with a dash in one cell."""
    (line,) = [line for line in status_lines(gs.JudgedPlan(plan, in_june)) if "吕梁市" in line]
    assert line == f"应急管理部门  吕梁市  2023年安全生产事故  {FAULTY}"
    book = load_workbook(io.BytesIO(chase_book(gs.JudgedPlan(plan, in_june))))
    head, *rows = [[cell.value for cell in row] for row in book["催报清单"].iter_rows(2)]
    (row,) = [dict(zip(head, row, strict=True)) for row in rows if "吕梁市" in row]
    assert (row["状态"], row["尚缺行业"], row["逾期天数"]) == ("已报有误", None, None)
    assert row["请更正"] == f"煤矿：{FAULTY}"


def test_of_a_table_of_which_a_part_is_faulty_both_are_told(plan, tmp_path):
    """煤矿 came with a dash, and four industries did not come at all."""
    text = "年度,市,行业,事故起数,伤亡人数\n2022,太原市,煤矿,-,3\n"
    read = load(plan, tmp_path, {"2023-02-20/a.csv": text}, "2023-03-10")
    (line,) = [
        line
        for line in status_lines(gs.JudgedPlan(plan, read))
        if line.startswith("应急管理部门  太原市  2022年安全生产事故")
    ]
    assert "部分报送；煤矿已于2023年2月20日收到，有误未采用（D2），请更正" in line
    assert line.endswith("已逾期10天，尚缺危险化学品、非煤矿山、机械制造")


def test_the_list_goes_department_by_department_and_area_by_area(plan, tmp_path):
    rows = overdue(
        gs.JudgedPlan(
            plan, load(plan, tmp_path, {"2023-02-20/a.csv": construction(3)}, "2023-03-10")
        )
    )
    departments = rows["department"].drop_duplicates().tolist()
    assert departments == [d for d in plan.departments["name"] if d in departments]
    for _, group in rows.groupby("department"):
        assert group["area_code"].is_monotonic_increasing


def test_real_submissions_are_not_called_synthetic(plan, tmp_path):
    read = load(plan, tmp_path, {"2023-02-20/a.csv": construction(3)})
    book = load_workbook(io.BytesIO(chase_book(gs.JudgedPlan(plan, read))))
    assert "示例数据" not in book["催报清单"]["A1"].value


def test_the_same_bytes_on_every_run(plan, in_june):
    assert chase_book(gs.JudgedPlan(plan, in_june)) == chase_book(gs.JudgedPlan(plan, in_june))


def test_the_command_answers_in_every_format(plan, tmp_path, capsys):
    seen = ["status", "--data", str(plan.folder), "--as-of", "2024-06-15"]
    assert main(seen) == 0
    assert "应报12个地区，报齐10个" in capsys.readouterr().out
    assert main([*seen, "--format", "json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 528
    assert main([*seen, "--format", "csv"]) == 0
    assert len(pd.read_csv(io.StringIO(capsys.readouterr().out))) == 528
    out = tmp_path / "催报.xlsx"
    assert main([*seen, "--format", "xlsx", "--out", str(out)]) == 0
    assert load_workbook(out).sheetnames == ["催报清单", "全部"]
    assert main([*seen, "--format", "xlsx"]) == 2


@pytest.fixture
def held(plan, tmp_path) -> gs.Plan:
    """A plan that holds Taiyuan's construction figures of 2019 and 2022."""
    files = {
        "2021-07-01/base.csv": construction(9, year=2019),
        "2023-02-20/a.csv": construction(3),
    }
    return hand_in(plan, tmp_path, files)


def look_at(plan: gs.Plan, folder, text: str, day: str = "2023-03-01", name: str = "new.csv"):
    path = folder / name
    path.write_text(text)
    return gs.load_submissions(plan, day, submitted_files(plan, [path]))


def test_a_new_file_is_judged_against_what_is_held(held, tmp_path):
    revised = look_at(held, tmp_path, construction(4))
    assert codes(revised) == ["info figure-revised"]
    assert "由3（《2023-02-20/a.csv》D2）改为4" in revised.findings["message"][0]
    assert codes(look_at(held, tmp_path, construction(3))) == []
    assert codes(look_at(held, tmp_path, construction(8, year=2019))) == ["error baseline-changed"]


def test_a_conflict_is_told_whichever_file_it_is_written_down_to(held, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "新.csv").write_text(construction(4))
    incoming = submitted_files(held, [Path("新.csv")])
    same_day = gs.load_submissions(held, "2023-02-20", incoming).findings
    conflict = same_day[same_day["code"] == "key-conflict"].iloc[0]
    assert conflict["file"] == "2023-02-20/a.csv"
    assert "《新.csv》D2为4" in conflict["message"]


def test_only_findings_on_the_files_given_are_told(plan, tmp_path):
    bad = hand_in(plan, tmp_path, {"2023-02-20/bad.csv": construction("十二")})
    assert codes(look_at(bad, tmp_path, construction(4, year=2021))) == []
    assert codes(look_at(bad, tmp_path, construction("-", year=2021))) == ["error cell-dash"]


def test_a_file_that_is_held_already_is_judged_where_it_is(held, tmp_path):
    path = held.folder / "raw" / "submissions" / "2023-02-20" / "a.csv"
    read = gs.load_submissions(held, "2024-01-01", submitted_files(held, [path]))
    assert len(read.sources) == 2
    assert codes(read) == []


def test_a_folder_stands_for_all_its_files(held, tmp_path):
    folder = tmp_path / "收件"
    (folder / "甲").mkdir(parents=True)
    (folder / "甲" / "a.csv").write_text(construction("-", year=2021))
    (folder / "b.csv").write_text(construction("1.5", year=2023))
    read = gs.load_submissions(held, "2024-03-01", submitted_files(held, [folder]))
    assert codes(read) == ["error cell-dash", "error cell-type"]


def test_a_new_file_is_never_judged_against_the_example(plan, tmp_path):
    read = look_at(plan, tmp_path, construction(8, year=2019), "2024-03-01")
    assert not read.synthetic
    assert codes(read) == []
    assert len(read.sources) == 1


def test_a_new_file_needs_a_day(held, tmp_path):
    with pytest.raises(UsageError, match="收到日期"):
        look_at(held, tmp_path, construction(3), None)


def test_a_path_that_is_not_there_is_wrong_usage(held, tmp_path):
    with pytest.raises(UsageError, match="请检查路径"):
        submitted_files(held, [tmp_path / "nothing.xlsx"])


def found(*rows: tuple[str, str, str, str, str]) -> pd.DataFrame:
    """Return findings of (severity, code, file, area, cell)."""
    names = ["severity", "code", "file", "area", "cell"]
    frame = pd.DataFrame(rows, columns=names).assign(sheet="", industry="", year=None, measure="")
    places = [
        f"《{row.file}》{f'单元格{row.cell}' if row.cell else ''}" for row in frame.itertuples()
    ]
    return frame.assign(message=[f"{place}：不对" for place in places])


def test_what_a_sender_has_to_mend_stands_together_file_by_file(plan):
    findings = found(
        ("error", "cell-type", "d/甲.xlsx", "太原市", "D3"),
        ("error", "cell-type", "d/乙.xlsx", "大同市", "D4"),
        ("error", "file-broken", "d/太原市_培训.xlsx", "", ""),
        ("warning", "all-zero", "d/甲.xlsx", "太原市", ""),
        ("error", "file-broken", "d/扫描.xlsx", "", ""),
    )
    assert list(check_lines(plan, findings)) == [
        "太原市",
        "  《d/甲.xlsx》：错误1项，警告1项",
        "    错误  单元格D3：不对",
        "    警告  不对",
        "  《d/太原市_培训.xlsx》：错误1项",
        "    错误  不对",
        "",
        "大同市",
        "  《d/乙.xlsx》：错误1项",
        "    错误  单元格D4：不对",
        "",
        "报送单位不明",
        "  《d/扫描.xlsx》：错误1项",
        "    错误  不对",
        "",
        "合计：错误4项，警告1项，提示0项，涉及4个文件",
    ]


def test_what_is_settled_is_one_line_and_what_is_to_be_confirmed_is_told(plan):
    findings = found(
        ("info", "cell-type", "d/甲.xlsx", "太原市", "D3"),
        ("info", "figure-revised", "d/乙.xlsx", "太原市", "D4"),
        ("info", "sheet-skipped", "d/乙.xlsx", "", ""),
    )
    told = list(check_lines(plan, findings))
    assert told[:3] == ["太原市", "  《d/乙.xlsx》：提示1项", "    提示  单元格D4：不对"]
    assert told[-2].startswith("另有提示2项，已经更正或仅供备查")
    assert told[-1] == "合计：错误0项，警告0项，提示3项，涉及2个文件"


def test_every_finding_of_the_example_is_told_or_counted(plan, example):
    told = "\n".join(check_lines(plan, example.findings))
    for row in example.findings.to_dict("records"):
        assert row["severity"] == "info" or row["message"].rpartition("：")[2] in told


def test_a_file_is_from_the_one_area_that_its_findings_or_else_its_name_tell(plan):
    files = {
        "d/吕梁市.xlsx": (["大同市"], "大同市"),
        "d/太原市_各县.xlsx": (["太原市", "大同市"], "太原市"),
        "d/太原市小店区.xlsx": ([""], "太原市"),
        "d/太原市_大同市.xlsx": ([""], "报送单位不明"),
    }
    rows = [("error", "cell-type", name, area, "") for name in files for area in files[name][0]]
    senders, sender = {}, ""
    for line in check_lines(plan, found(*rows)):
        if line.startswith("  《"):
            senders[line[3:].partition("》")[0]] = sender
        elif not line.startswith(" "):
            sender = line
    assert senders == {name: told for name, (_, told) in files.items()}
