"""Fields that Word keeps up to date: numbers of captions, the table of contents."""

from collections.abc import Sequence

from docx.document import Document as WordDocument
from docx.enum.text import WD_BREAK
from docx.text.paragraph import Paragraph as WordParagraph

from gsyf_lib.documents.blocks import Heading
from gsyf_lib.documents.office.xml import add_paragraph, element


def anchor(number: int) -> str:
    """Return the name of the bookmark at a heading, counted from 0."""
    return f"_Toc{number:04d}"


def add_bookmark(paragraph: WordParagraph, name: str, number: int) -> None:
    """Mark the place of a heading."""
    paragraph._p.append(element("bookmarkStart", id=str(number), name=name))
    paragraph._p.append(element("bookmarkEnd", id=str(number)))


def _run(paragraph: WordParagraph, *parts: object) -> None:
    run = paragraph.add_run()
    for part in parts:
        run._r.append(part)


def _field(paragraph: WordParagraph, instruction: str, shown: str) -> None:
    """Add a field with what it shows until Word works it out."""
    # Word wants its parts in runs of their own: begin, instruction, separator, result, end.
    _run(paragraph, element("fldChar", fldCharType="begin"))
    _run(paragraph, element("instrText", f" {instruction} "))
    _run(paragraph, element("fldChar", fldCharType="separate"))
    _run(paragraph, element("t", shown))
    _run(paragraph, element("fldChar", fldCharType="end"))


def add_sequence(paragraph: WordParagraph, kind: str, number: int) -> None:
    """Add the number of a caption; it counts on when somebody adds a table."""
    _field(paragraph, f"SEQ {kind} \\* ARABIC", str(number))


def add_contents(document: WordDocument, headings: Sequence[Heading]) -> None:
    """Add the table of contents: links that are right at once, page numbers once Word updates it.

    Page numbers depend on the fonts of the machine that opens the document, so none are guessed:
    the field is marked as out of date, and Word offers to work them out when it opens the document.
    """
    if not headings:
        return
    add_paragraph(document, "Contents Head").add_run("目　录")
    shown = [(n, heading) for n, heading in enumerate(headings) if heading.level < 3]
    lines = [add_paragraph(document, f"toc {heading.level}") for _, heading in shown]
    _run(lines[0], element("fldChar", fldCharType="begin", dirty="true"))
    _run(lines[0], element("instrText", ' TOC \\o "1-2" \\h \\z \\u '))
    _run(lines[0], element("fldChar", fldCharType="separate"))
    for line, (number, heading) in zip(lines, shown, strict=True):
        link = element("hyperlink", anchor=anchor(number), history="1")
        run = element("r")
        run.append(element("t", heading.text))
        link.append(run)
        line._p.append(link)
    _run(lines[-1], element("fldChar", fldCharType="end"))
    lines[-1].add_run().add_break(WD_BREAK.PAGE)
