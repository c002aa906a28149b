"""Executed notebooks as Word documents and slides: blocks in, the bytes of a file out."""

from gsyf_lib.office.blocks import Block, Heading, Item, Paragraph, Picture, Table, html_blocks
from gsyf_lib.office.slides import Slide, slides_file
from gsyf_lib.office.word import word_file

__all__ = [
    "Block",
    "Heading",
    "Item",
    "Paragraph",
    "Picture",
    "Slide",
    "Table",
    "html_blocks",
    "slides_file",
    "word_file",
]
