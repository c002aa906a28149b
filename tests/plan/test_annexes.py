from pathlib import Path

import pytest

from gsyf_lib.errors import PlanError
from gsyf_lib.plan.annexes import read_annexes, transcribe

ANNEXES = Path(__file__).parents[2] / "data" / "raw" / "annexes.txt"
TEXT = ANNEXES.read_text(encoding="utf-8")


def damaged(old: str, new: str, count: int = 1) -> str:
    assert old in TEXT
    return TEXT.replace(old, new, count)


def message(text: str) -> str:
    with pytest.raises(PlanError) as caught:
        transcribe(text)
    return str(caught.value)


def test_annex_1_has_seven_industries_in_six_columns():
    table = read_annexes(ANNEXES).goals_table
    assert table.title == "山西省工伤预防五年行动计划目标量化及责任分解表"
    assert len(table.header) == 6
    assert [row["行业名称"].text for row in table.rows] == [
        "危险化学品",
        "煤矿",
        "非煤矿山",
        "建筑施工",
        "交通运输",
        "机械制造",
        "涉尘行业",
    ]


def test_annex_2_has_four_goals_a_year_and_28_tasks():
    rows = read_annexes(ANNEXES).yearly_table.rows
    assert [row["年度"].text for row in rows] == [f"{year}年" for year in range(2021, 2026)]
    assert [len(row["工作目标"].items) for row in rows] == [4, 4, 4, 4, 4]
    assert [len(row["工作任务"].items) for row in rows] == [7, 6, 5, 5, 5]


def test_leading_blanks_of_a_cell_are_dropped():
    row = read_annexes(ANNEXES).goals_table.rows[2]
    assert row["责任部门"].text == "应急管理部门"


def test_a_dash_stays_the_character_that_was_issued():
    assert read_annexes(ANNEXES).goals_table.rows[0]["尘肺病报告比例"].text == "－"


def test_notes_end_the_table_and_are_three():
    notes = read_annexes(ANNEXES).goals_table.notes
    assert len(notes) == 3
    assert notes[0] == "对比数据为2025年末较2019年末相比"
    assert notes[1].endswith("（下同）")
    assert notes[2].endswith("一线班组长")


def test_items_lose_number_and_closing_mark_with_or_without_a_blank_line_between():
    tasks = read_annexes(ANNEXES).yearly_table.rows[1]["工作任务"].items
    assert tasks[2].endswith("安排下一步工作")
    assert tasks[3] == "各市按计划开展工伤预防宣传、培训工作"
    assert not [task for task in tasks if task[-1] in "；。" or task[0].isdigit()]


def test_items_on_one_line_and_an_item_over_two_lines_are_read():
    one_line = damaged("持续降低；\n\n3、重点", "持续降低；3、重点")
    wrapped = damaged("重点行业用人单位的重点岗位", "重点行业用人单位的\n重点岗位")
    goals = [transcribe(text).yearly_table.rows[0]["工作目标"] for text in (one_line, TEXT)]
    assert goals[0].items == goals[1].items
    items = transcribe(wrapped).yearly_table.rows[0]["工作目标"].items
    assert items[2] == "重点行业用人单位的重点岗位人员安全生产培训覆盖率达70%"


def test_a_cell_knows_annex_line_row_and_column():
    cell = read_annexes(ANNEXES).goals_table.rows[1]["责任部门"]
    assert cell.where == "附件1（annexes.txt 第22行）“煤矿”行“责任部门”"
    assert TEXT.splitlines()[21].strip() == cell.text


def test_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path):
    copy = tmp_path / "annexes.txt"
    copy.write_bytes(TEXT.replace("\n", "\r\n").encode("utf-8-sig"))
    assert read_annexes(copy) == read_annexes(ANNEXES)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("\t100%\n", "", ["附件1", "“危险化学品”行有5个单元格", "应为6个", "“均下降20%”"]),
        ("\t煤矿\n", "", ["附件1", "“均下降20%”行有5个单元格"]),
        ("\t煤矿\n", "煤矿\n", ["附件1（annexes.txt 第17行）", "“煤矿”之前缺少制表符"]),
        ("\n\t煤矿\n", "\t煤矿\n", ["附件1", "“危险化学品”行有12个单元格"]),
        ("\t2021年\n", "", ["附件2（annexes.txt 第68行）", "不属于任何一行"]),
        ("\t2022年\n", "\t2022\n", ["附件2", "“2021年”行有6个单元格", "“2022”"]),
        ("\t1、重点行业安全", "1、重点行业安全", ["附件2", "“2021年”行有2个"]),
        ("2、涉尘", "3、涉尘", ["附件2", "“2021年”行“工作目标”", "1、3、3、4"]),
        ("2、涉尘行业尘肺病报告比例持续降低；\n", "", ["“2021年”行“工作目标”", "1、3、4"]),
        ("1、各市", "各市", ["“2021年”行“工作任务”", "2、3、4、5、6、7"]),
        ("\t1、各市", "\t按期完成：1、各市", ["“2021年”行“工作任务”", "第一条之前不应有文字"]),
        ("\t1、各市", "\t按期完成：\n1、各市", ["现为1、2、3", "第一条之前不应有文字"]),
        ("6、组建工伤预防专家库；", "6、；", ["“2021年”行“工作任务”第6项", "没有内容"]),
        ("\t责任部门\n", "\t行业名称\n", ["附件1（annexes.txt 第3行）表头", "“行业名称”重复"]),
        ("附件2\n", "", ["注之后又有单元格“年度”", "下一附件"]),
        ("附件1\n", "", ["“附件1”之前有多余的文字"]),
        ("附件2\n", "附件1\n", ["第61行", "多余或次序不对的“附件1”", "应依次为附件1、附件2"]),
        ("山西省工伤预防五年行动计划目标量化及责任分解表\n", "", ["附件1：缺少标题"]),
        ("    注：1、", "    注：2、", ["附件1注", "条目编号"]),
    ],
)
def test_damaged_structure_is_told_with_its_place(old, new, told):
    text = message(damaged(old, new))
    assert not [part for part in told if part not in text], text


def test_an_annex_without_rows_is_told():
    header = TEXT[: TEXT.index("\t危险化学品")]
    assert "表头之后没有数据行" in message(header + TEXT[TEXT.index("附件2") :])


def test_an_empty_text_is_told():
    assert "缺少“附件1”的标题行" in message("")


def test_a_third_annex_and_a_missing_second_are_told():
    assert "多余或次序不对的“附件3”" in message(TEXT + "\n附件3\n")
    assert "缺少“附件2”的标题行" in message(TEXT[: TEXT.index("附件2")])


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(PlanError, match="缺少 raw/annexes.txt"):
        read_annexes(tmp_path / "annexes.txt")


def test_another_encoding_is_told(tmp_path):
    copy = tmp_path / "annexes.txt"
    copy.write_bytes(TEXT.encode("gb18030"))
    with pytest.raises(PlanError, match="不是 UTF-8"):
        read_annexes(copy)
