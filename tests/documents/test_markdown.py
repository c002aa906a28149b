"""Claims about Markdown cells as blocks: what a reader sees on the page stands in the document."""

from gsyf_lib.documents.blocks import Heading, Listing, Paragraph, table
from gsyf_lib.reports.pages import markdown_blocks, markdown_html


def test_a_cell_comes_apart_into_headings_paragraphs_lists_and_tables():
    source = (
        "## 目标\n\n### 事故 **起数**\n\n文字\n\n1. 补报\n\n- 核实\n\n|行业|起数|\n|-|-|\n|煤矿|3|"
    )
    assert list(markdown_blocks(source)) == [
        Heading(1, "目标"),
        Heading(2, "事故 起数"),
        Paragraph("文字"),
        Listing(("补报",), is_numbered=True),
        Listing(("核实",)),
        table([{"行业": "煤矿", "起数": "3"}]),
    ]


def test_html_in_a_cell_is_no_text_of_a_document():
    assert list(markdown_blocks('<div id="x">甲</div>\n\n乙<br>丙')) == [Paragraph("乙丙")]


def test_every_heading_below_the_title_takes_a_name():
    shown = markdown_html("# 题\n\n## 甲\n\n### 乙\n\n## 丙", iter(["甲-1", "乙", "丙"]))
    assert '<h2 id="甲-1">甲</h2>' in shown and '<h3 id="乙">乙</h3>' in shown
    assert '<h2 id="丙">丙</h2>' in shown
