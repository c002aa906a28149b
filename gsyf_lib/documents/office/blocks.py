"""What a document is made of: headings, paragraphs, tables and pictures, one after the other."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gsyf_lib.documents import blocks
from gsyf_lib.documents.blocks import Block, Heading, Paragraph, Table


@dataclass(frozen=True)
class Picture:
    """A figure as PNG with the sentence that says what it shows."""

    png: bytes
    alt: str
    caption: str = ""


Part = Heading | Paragraph | Table | Picture


def laid_open(block: Block) -> Iterator[Heading | Paragraph | Table]:
    """Yield a block as headings, paragraphs and tables: boxes unpacked, folds open, lists as lines.

    Examples
    --------
    >>> list(laid_open(blocks.Listing(("补报", "核实"), is_numbered=True)))
    [1. 补报, 2. 核实]
    """
    match block:
        case Heading() | Table():
            yield block
        case blocks.Box():
            for part in block.parts:
                yield from laid_open(part)
        case blocks.Fold():
            yield from laid_open(blocks.Box((Paragraph(block.summary), *block.parts)))
        case _:
            yield from (paragraph for paragraph in _paragraphs(block) if str(paragraph.text))


def _paragraphs(block: Block) -> Iterable[Paragraph]:
    match block:
        case Paragraph():
            return [block]
        case blocks.Listing():
            numbered = enumerate(block.entries, 1)
            return [Paragraph(f"{f'{n}. ' if block.is_numbered else '——'}{e}") for n, e in numbered]
        case blocks.Terms():
            return [Paragraph(f"{term}：{fact}") for term, facts in block.terms for fact in facts]
        case blocks.Tally():
            return [Paragraph(f"{mark}{number}项") for mark, number in block.marks]
    raise TypeError(f"no document holds a {type(block).__name__}")
