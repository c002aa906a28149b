"""Blocks and pictures in; the bytes of a Word document, or of slides, out."""

from gsyf_lib.documents.office.blocks import Part, Picture, laid_open
from gsyf_lib.documents.office.slides import Slide, slides_file
from gsyf_lib.documents.office.word import word_file

__all__ = ["Part", "Picture", "Slide", "laid_open", "slides_file", "word_file"]
