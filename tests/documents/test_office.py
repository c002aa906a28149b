"""Word documents and slides: what stands in the blocks stands in the file, in due form."""

import io
import re
import zipfile
from datetime import datetime

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from PIL import Image
from pptx import Presentation

from gsyf_lib.documents.blocks import (
    Box,
    Fold,
    Heading,
    Listing,
    Paragraph,
    Table,
    Tally,
    Terms,
    note,
    paragraphs,
    rich,
    status_mark,
    table,
)
from gsyf_lib.documents.office import Picture, Slide, laid_open, slides_file, word_file
from gsyf_lib.documents.office.word import Cover
from gsyf_lib.documents.office.word_table import line_width

DAY = datetime(2023, 12, 31)


def table_of(heads: tuple[str, ...], rows: tuple, caption: str = "") -> Table:
    return table([dict(zip(heads, row, strict=True)) for row in rows], caption)


def png(width: int = 60, height: int = 30) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#0b3d6b").save(out, "PNG")
    return out.getvalue()


COVER = Cover(
    "中期评估报告", "（讨论稿）", ("数据截至2023年12月31日",), "示例数据（非真实）", day=DAY
)
TABLE = table(
    [{"行业": "煤矿", "起数": 3}, {"行业": "建筑施工", "起数": 12}],
    "目标完成情况",
    numeric=["起数"],
)
BLOCKS = [
    Heading(1, "总体情况"),
    Paragraph("20项年度目标中，“达标”18项。"),
    Heading(2, "事故起数"),
    TABLE,
    Heading(2, "伤亡人数"),
    Picture(png(), "煤矿由17起降至13起", "各行业变化"),
    Heading(1, "建议"),
    *laid_open(Listing(("核实非煤矿山事故起数",))),
    *laid_open(Listing(("补报煤矿事故起数",), is_numbered=True)),
]


@pytest.fixture(scope="module")
def content() -> bytes:
    return word_file(COVER, BLOCKS)


@pytest.fixture(scope="module")
def document(content):
    return Document(io.BytesIO(content))


def shown(element) -> str:
    """Return the text that a reader sees, without the orders of fields."""
    return "".join(text.text for text in element.iter(qn("w:t")))


def part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name).decode("utf-8")


def paragraphs_of(block) -> list[str]:
    return [str(part.text) for part in laid_open(block)]


def test_terms_and_tallies_become_paragraphs():
    facts = Terms((("版本", ("内部版",)), ("数据截至", ("2023年12月31日",))))
    assert paragraphs_of(facts) == ["版本：内部版", "数据截至：2023年12月31日"]
    assert paragraphs_of(Tally((("met", 18), ("missed", 2)))) == ["达标18项", "未达标2项"]


def test_a_verdict_is_its_word_and_a_note_a_line_of_its_own():
    shown = table([{"结论": rich(status_mark("met"), note("富余7起"))}])
    made = Document(io.BytesIO(word_file(COVER, [shown])))
    assert made.tables[-1].cell(1, 0).text == "达标\n富余7起"


def test_folded_parts_of_a_page_stand_open():
    folded = Fold("以前年度", (paragraphs(["一张", ""]), TABLE))
    *said, last = laid_open(Box((folded,)))
    assert [part.text for part in said] == ["以前年度", "一张"] and last is TABLE


def test_a_numbered_list_keeps_its_numbers_and_a_plain_one_its_dashes():
    assert paragraphs_of(Listing(("补报", "核实"), is_numbered=True)) == ["1. 补报", "2. 核实"]
    assert paragraphs_of(Listing(("注意",))) == ["——注意"]


def test_items_are_written_with_their_marks(document):
    assert [p.text for p in document.paragraphs][-2:] == [
        "——核实非煤矿山事故起数",
        "1. 补报煤矿事故起数",
    ]


def test_the_sheet_has_the_type_area_of_official_papers(document):
    section = document.sections[0]
    sheet = section.page_width, section.page_height
    assert [round(side / Mm(1)) for side in sheet] == [210, 297]
    wide = section.page_width - section.left_margin - section.right_margin
    high = section.page_height - section.top_margin - section.bottom_margin
    assert (round(wide / Mm(1), 1), round(high / Mm(1), 1)) == (156, 225)
    assert round(section.top_margin / Mm(1), 1) == 37


def test_headings_are_numbered_as_official_papers_number_them(document):
    headings = [p.text for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert headings == ["一、总体情况", "（一）事故起数", "（二）伤亡人数", "二、建议"]


def test_the_contents_lead_to_the_headings(document):
    links = document.element.body.findall(f".//{qn('w:hyperlink')}")
    marks = {m.get(qn("w:name")) for m in document.element.body.iter(qn("w:bookmarkStart"))}
    assert [shown(link).strip("　") for link in links] == [
        "一、总体情况",
        "（一）事故起数",
        "（二）伤亡人数",
        "二、建议",
    ]
    assert {link.get(qn("w:anchor")) for link in links} == marks


def test_word_works_out_the_page_numbers_of_the_contents(content, document):
    """The field is out of date, and its styles, which Word takes, are of our type."""
    first = next(p for p in document.paragraphs if p.style.name == "toc 1")
    begin = next(first._p.iter(qn("w:fldChar")))
    assert (begin.get(qn("w:fldCharType")), begin.get(qn("w:dirty"))) == ("begin", "true")
    for name in ("toc 1", "toc 2"):
        style = document.styles[name]
        assert style.builtin and style.element.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋"
        assert [round(stop.position / Mm(1)) for stop in style.paragraph_format.tab_stops] == [156]


def kept(table: Table) -> list[bool]:
    """Tell of each line of a Word table whether it stays on one sheet with the next."""
    (made,) = Document(io.BytesIO(word_file(Cover("报告"), [table]))).tables
    paragraphs = [[p for cell in row.cells for p in cell.paragraphs] for row in made.rows]
    return [all(p.paragraph_format.keep_with_next for p in line) for line in paragraphs]


def test_a_short_table_stays_on_one_sheet_and_a_long_one_begins_and_ends_with_two_rows():
    rows = tuple((f"第{n}行", "1\n2") for n in range(8))
    assert kept(table_of(("行", "数"), rows[:7])) == [True] * 7 + [False]
    assert kept(table_of(("行", "数"), rows)) == [True, True] + [False] * 5 + [True, False]


def test_tables_and_pictures_are_captioned_and_counted(document):
    captions = [p for p in document.paragraphs if p.style.name == "Caption"]
    assert [shown(p._p) for p in captions] == ["表1　目标完成情况", "图1　各行业变化"]
    orders = [order.text for p in captions for order in p._p.iter(qn("w:instrText"))]
    assert orders == [" SEQ 表 \\* ARABIC ", " SEQ 图 \\* ARABIC "]


def test_a_table_keeps_its_figures_and_repeats_its_head(document):
    table = document.tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["行业", "起数"],
        ["煤矿", "3"],
        ["建筑施工", "12"],
    ]
    properties = [row._tr.trPr for row in table.rows]
    assert [p.find(qn("w:tblHeader")) is not None for p in properties] == [True, False, False]
    assert all(p.find(qn("w:cantSplit")) is not None for p in properties)


def test_markup_in_a_table_is_text():
    text = "<w:p>甲 & 乙\n第2行"
    shown = table([{"<名称>": text}])
    document = Document(io.BytesIO(word_file(Cover("报告"), [shown])))
    assert [cell.text for cell in document.tables[0].columns[0].cells] == ["<名称>", text]


def test_the_properties_of_a_table_stand_in_the_order_of_the_standard(document):
    properties = [child.tag.split("}")[1] for child in document.tables[0]._tbl.tblPr]
    order = ("tblStyle", "tblW", "jc", "tblLayout", "tblCellMar", "tblLook")
    assert properties == list(order)


def test_every_style_named_is_one_of_the_document(content):
    named = re.findall(
        r'<w:(?:pStyle|tblStyle) w:val="([^"]+)"', part(content, "word/document.xml")
    )
    defined = re.findall(r'w:styleId="([^"]+)"', part(content, "word/styles.xml"))
    assert named
    assert set(named) <= set(defined)


def test_a_picture_says_what_it_shows(document):
    (shape,) = document.inline_shapes
    assert shape._inline.docPr.get("descr") == "煤矿由17起降至13起"
    assert shape.width == Mm(156)


def test_no_style_puts_chinese_text_into_a_latin_face(content, document):
    used = {p.style.name for p in document.paragraphs}
    used |= {p.style.name for t in document.tables for c in t._cells for p in c.paragraphs}
    for name in used:
        fonts = document.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) in {"仿宋", "黑体", "楷体", "方正小标宋简体"}, name
        assert not [key for key in fonts.attrib if "heme" in key], name
    assert "asciiTheme" not in part(content, "word/styles.xml").split("</w:docDefaults>")[0]
    assert "仿宋_GB2312" in part(content, "word/fontTable.xml")


def test_sheets_are_numbered_outside_and_say_what_they_are(document):
    section = document.sections[0]
    for place in (section.header, section.even_page_header):
        assert place.paragraphs[0].text == "示例数据（非真实）"
    for place in (section.footer, section.even_page_footer):
        assert shown(place.paragraphs[0]._p) == "— 1 —"
        (order,) = place.paragraphs[0]._p.iter(qn("w:instrText"))
        assert order.text == " PAGE "


def test_there_is_no_red_head(content):
    assert "FF0000" not in part(content, "word/document.xml").upper()
    assert "FF0000" not in part(content, "word/styles.xml").upper()


def test_a_document_has_the_same_bytes_every_time(content):
    assert word_file(COVER, BLOCKS) == content
    assert Document(io.BytesIO(content)).core_properties.modified.replace(tzinfo=None) == DAY


def deck(*slides: Slide) -> Presentation:
    content = slides_file("中期评估", ["数据截至2023年12月31日"], slides, running="示例", day=DAY)
    again = slides_file("中期评估", ["数据截至2023年12月31日"], slides, running="示例", day=DAY)
    assert content == again
    return Presentation(io.BytesIO(content))


def texts(page) -> list[str]:
    return [shape.text_frame.text for shape in page.shapes if shape.has_text_frame]


def test_a_slide_has_its_title_its_sentences_and_its_sources_in_the_notes():
    first, second = deck(Slide("总体情况", (Paragraph("达标18项。"),), "来源：results.csv")).slides
    assert "中期评估" in texts(first)
    assert texts(second) == ["示例　2/2", "总体情况", "达标18项。"]
    assert second.notes_slide.notes_text_frame.text == "来源：results.csv"


def test_a_long_table_goes_on_on_the_next_slide_and_loses_no_row():
    rows = tuple((f"第{n}行", str(n)) for n in range(60))
    pages = list(deck(Slide("全部", (table_of(("行", "数"), rows),))).slides)[1:]
    tables = [shape.table for page in pages for shape in page.shapes if shape.has_table]
    shown = [row.cells[0].text for table in tables for row in list(table.rows)[1:]]
    assert shown == [row[0] for row in rows]
    assert all(table.rows[0].cells[0].text == "行" for table in tables)
    assert texts(pages[1])[1] == "全部（续）"


def test_nothing_hangs_over_the_edge_of_a_slide():
    rows = tuple((f"很长的说明文字{n}" * 6, "1") for n in range(25))
    slides = deck(
        Slide("表", (Paragraph("一句。"), table_of(("说明", "数"), rows))),
        Slide("图", (Paragraph("两句话。" * 30), Picture(png(300, 400), "说明"))),
    )
    for page in slides.slides:
        for shape in page.shapes:
            assert shape.left >= 0 and shape.left + shape.width <= slides.slide_width
            assert shape.top >= 0 and shape.top + shape.height <= slides.slide_height
            if shape.has_table:
                assert sum(r.height for r in shape.table.rows) + shape.top <= slides.slide_height


def sizes_on(page) -> set[float]:
    """Return the sizes of type in the table of a slide."""
    (found,) = [shape.table for shape in page.shapes if shape.has_table]
    runs = [r for row in found.rows for c in row.cells for r in c.text_frame.paragraphs[0].runs]
    return {run.font.size.pt for run in runs}


def test_sentences_above_a_table_leave_it_the_room_that_it_is_reckoned_with():
    rows = tuple((f"第{n}市", *["5/6"] * 9) for n in range(13))
    heads = ("地区", *(f"{year}年" for year in range(2021, 2030)))
    said = Paragraph("2021—2022年13项工作任务，省和各市应办共142项次，其中已完成119项次。" * 2)
    pages = deck(Slide("任务", (said, table_of(heads, rows, "任务")))).slides
    assert len(pages) == 2
    assert sizes_on(pages[1]) <= {12, 13, 14.5}


def test_a_table_with_one_long_column_gives_the_others_what_they_need():
    rows = (("提前实现", "已达到2025年目标", "2", "建筑施工事故起数，" * 12),)
    heads = ("类别", "划分办法", "项数", "目标")
    page = deck(Slide("进度", (table_of(heads, rows),))).slides[1]
    (size,) = sizes_on(page)
    (made,) = [shape.table for shape in page.shapes if shape.has_table]
    assert size == 18
    width = made.columns[1].width / Mm(1) - 3
    assert width >= line_width("已达到2025年目标") * 0.36 * size


def test_sentences_that_just_fill_a_slide_are_not_left_out():
    for number in range(1, 40):
        said = tuple(
            Paragraph("重点行业合计事故起数由2019年的2440起降至2198起。") for _ in range(number)
        )
        page = deck(Slide("总体评价", said)).slides[1]
        (body,) = [shape for shape in page.shapes if shape.has_text_frame][2:]
        runs = {run.font.size.pt for p in body.text_frame.paragraphs for run in p.runs}
        if "见报告" in body.text_frame.text:
            assert runs == {15}
            break
    assert number > 14


def test_a_long_title_takes_smaller_type_and_stays_in_one_line():
    for title in ("总体评价", "山西省对照2025年目标的进度分类（进度预警，不改变达标结论）并附说明"):
        page = deck(Slide(title, (Paragraph("一句。"),))).slides[1]
        (run,) = page.shapes[1].text_frame.paragraphs[0].runs
        assert line_width(title) * 0.36 * run.font.size.pt <= page.shapes[1].width / Mm(1)


def test_a_picture_on_a_slide_keeps_its_shape_and_says_what_it_shows():
    page = deck(Slide("图", (Picture(png(60, 30), "煤矿下降"),))).slides[1]
    (picture,) = [shape for shape in page.shapes if shape.shape_type == 13]
    assert picture.width / picture.height == pytest.approx(2, rel=0.01)
    assert picture._element.nvPicPr.cNvPr.get("descr") == "煤矿下降"


def sizes_and_widths(table: Table) -> tuple[set[float], list[float]]:
    """Return the sizes of type in a Word table, and the widths of its columns in points."""
    document = Document(io.BytesIO(word_file(Cover("报告"), [table])))
    (made,) = document.tables
    runs = [r for row in made.rows for c in row.cells for p in c.paragraphs for r in p.runs]
    sizes = {10.5 if run.font.size is None else run.font.size.pt for run in runs}
    return sizes, [column.width.pt for column in made.columns]


def test_a_wide_table_takes_smaller_type_rather_than_cut_a_number_in_two():
    heads = ("地区", *(f"第{n}行业" for n in range(8)))
    row = ("山西省", *["−132\n1496→1364"] * 8)
    (size,), widths = sizes_and_widths(table_of(heads, (row,)))
    assert 7.5 <= size < 10.5
    assert all(width >= size * line_width("1496→1364") for width in widths[1:])


def test_a_narrow_table_keeps_its_type_though_sentences_wrap():
    row = ("2022年", "隐患抽查和调研，并根据抽查调研情况召开联席会议" * 4)
    (size,), widths = sizes_and_widths(table_of(("年度", "工作任务"), (row,)))
    assert size == 10.5
    assert widths[0] >= size * line_width("2022年")
