"""The template of Word documents: in due form, and an office's own where it has one."""

import io
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from gsyf_lib.documents.blocks import Heading, Paragraph, table
from gsyf_lib.documents.office import word_file
from gsyf_lib.documents.office.form import STYLES, opened_form
from gsyf_lib.documents.office.word import Cover
from gsyf_lib.errors import PlanError
from gsyf_lib.reports import briefing
from gsyf_lib.reports.inputs import copy_inputs

PAGE = Path(__file__).parents[2] / "docs" / "briefing-template.md"
COVER = Cover("报告", running="示例数据（非真实）")
BLOCKS = [Heading(1, "总体"), Paragraph("达标。"), table([{"行业": "煤矿"}], "表")]


def saved(document: WordDocument) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def made(own: WordDocument) -> WordDocument:
    """Return a document written into an office's template."""
    return Document(io.BytesIO(word_file(COVER, BLOCKS, saved(own))))


def with_letterhead() -> WordDocument:
    own = opened_form()
    own.sections[0].header.paragraphs[0].add_run("某省人社厅")
    return own


def test_the_page_on_the_template_names_its_styles_with_their_type():
    lines = PAGE.read_text("utf-8").splitlines()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line[:1] == "|"]
    listed = [(name.partition("（")[0], face, size) for name, _, face, size in rows[2:]]
    assert [name for name, *_ in listed] == list(STYLES)
    styles = opened_form().styles
    for name, face, size in listed:
        if face:
            style = styles[name]
            assert style.element.rPr.rFonts.get(qn("w:eastAsia")) == face, name
            assert f"{style.font.size.pt:g}" == size, name


def test_an_office_s_own_styles_are_used():
    own = opened_form()
    own.styles["Heading 1"].font.size = Pt(25)
    (heading,) = [p for p in made(own).paragraphs if p.style.name == "Heading 1"]
    assert heading.style.font.size == Pt(25)


def test_what_the_document_is_stands_below_an_office_s_own_head():
    section = made(with_letterhead()).sections[0]
    heads = [
        [p.text for p in head.paragraphs] for head in (section.header, section.even_page_header)
    ]
    assert heads == [["某省人社厅", "示例数据（非真实）"], ["示例数据（非真实）"]]


def test_the_first_sheet_says_what_the_document_is_too_if_its_head_is_another():
    own = opened_form()
    own.sections[0].different_first_page_header_footer = True
    assert made(own).sections[0].first_page_header.paragraphs[0].text == "示例数据（非真实）"


def test_styles_are_found_by_their_names_whatever_word_calls_them_inside():
    """In a Chinese Word "Heading 1" goes by the id "1", and a table's style by "a3"."""
    own = opened_form()
    for name, id_ in (("Heading 1", "1"), ("Table Grid", "a3"), ("Table Text", "a7")):
        own.styles[name].element.styleId = id_
    document = made(own)
    styles = {p.style.name for p in document.paragraphs}
    assert "Heading 1" in styles
    assert document.tables[0].style.name == "Table Grid"
    assert document.tables[0].cell(1, 0).paragraphs[0].style.name == "Table Text"


def test_a_style_that_lacks_is_named():
    own = opened_form()
    for name in ("Notice", "Table Head"):
        own.styles[name].delete()
    with pytest.raises(PlanError, match="缺少样式：Notice、Table Head"):
        made(own)


def test_a_type_area_too_narrow_for_the_tables_is_refused():
    own = opened_form()
    own.sections[0].left_margin = Mm(32)
    with pytest.raises(PlanError, match="156毫米"):
        made(own)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"\xd0\xcf\x11\xe0 an old .doc"])
def test_what_is_no_word_document_is_refused(content):
    with pytest.raises(PlanError, match="不是Word文档"):
        word_file(COVER, BLOCKS, content)


def test_the_template_in_the_plan_s_folder_is_the_one_that_is_used(tmp_path, monkeypatch):
    given = []
    monkeypatch.setattr("gsyf_lib.assessment.handed_over", lambda _: None)
    monkeypatch.setattr("gsyf_lib.reports.notebooks.run_notebook", lambda *_, **__: None)
    monkeypatch.setattr("gsyf_lib.reports.closing.check_run", lambda *_: None)
    monkeypatch.setattr(
        "gsyf_lib.reports.briefing_files.briefing_files",
        lambda *asked: given.append(asked[-1]) or {},
    )
    for form in (None, b"a template"):
        plan_folder, private = tmp_path / f"plan {form is None}", tmp_path / f"run {form is None}"
        plan_folder.mkdir()
        if form:
            (plan_folder / "briefing.docx").write_bytes(form)
        copy_inputs(plan_folder, None, private / "data")
        list(briefing.make_briefing(private, {}, "", "140000", ""))
    assert given == [None, b"a template"]
