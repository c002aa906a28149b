"""Frames come in; the sentences beside a chart or table go out, as a list or as paragraphs."""

from gsyf_lib.tables.notes.contributions import contributions_note, contributions_sentences
from gsyf_lib.tables.notes.department import (
    department_note,
    department_results,
    department_sentences,
    department_shortfalls,
)
from gsyf_lib.tables.notes.funnel import funnel_note, funnel_sentences
from gsyf_lib.tables.notes.luck import Expected, expected_met, luck_note, luck_sentences
from gsyf_lib.tables.notes.outlook import outlook_note, outlook_sentences

__all__ = [
    "Expected",
    "contributions_note",
    "contributions_sentences",
    "department_note",
    "department_results",
    "department_sentences",
    "department_shortfalls",
    "expected_met",
    "funnel_note",
    "funnel_sentences",
    "luck_note",
    "luck_sentences",
    "outlook_note",
    "outlook_sentences",
]
