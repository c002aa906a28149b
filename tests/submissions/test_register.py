"""The register of findings: the docs print it, the code names all of it and nothing beside it."""

import ast
import re
from pathlib import Path
from string import Formatter

import pandas as pd
import pytest

from gsyf_lib import frames
from gsyf_lib.submissions.findings import Findings, Source
from gsyf_lib.submissions.register import REGISTER, SENTENCES, halves
from tools.print_findings import DOCUMENT, printed

PACKAGE = Path(__file__).parents[2] / "gsyf_lib"
NAME = re.compile(r"[a-z]+(?:-[a-z]+)+(?:\.[a-z_]+)?")
TELLERS = ("Found", "Refused", "bad", "_unknown", ".flag", ".found", "found_at")
TREES = [
    ast.parse(path.read_text("utf-8"))
    for room in ("submissions", "documents/xlsx")
    for path in (PACKAGE / room).rglob("*.py")
    if path.parent.name != "collect"
]


def texts(node: ast.AST) -> list[str]:
    nodes = (n for n in ast.walk(node) if isinstance(n, ast.Constant))
    return [n.value for n in nodes if isinstance(n.value, str) and NAME.fullmatch(n.value)]


def test_the_docs_are_printed_from_the_register_and_the_checks():
    """If not: ``python -m tools.print_findings``."""
    document = DOCUMENT.read_text("utf-8")
    assert document == printed(document)
    assert document.count("<!-- tools.print_findings") == 2


def test_every_sentence_is_told_somewhere_and_none_is_invented():
    """A code whose reader brings its own sentence is named without a variant."""
    told = {text for tree in TREES for text in texts(tree)} - {"ms-office.vbaproject"}
    assert {name if name in SENTENCES else f"{name}.said" for name in told} == set(SENTENCES)


# What a row may give: of figures, of revisions, and what the checks add beside them.
ROW = {*frames.OBSERVATIONS.names, *frames.REVISIONS.names, "last", "last_year", "sum"}


def fields(name: str) -> set[str]:
    sentence = SENTENCES[name]
    parsed = Formatter().parse(sentence.wrong + sentence.asked)
    return {field for _, field, *_ in parsed if field}


def calls() -> list[ast.Call]:
    """Return the calls that name a sentence and give its fields one by one."""
    found = [n for tree in TREES for n in ast.walk(tree) if isinstance(n, ast.Call)]
    named = [call for call in found if ast.unparse(call.func).endswith(TELLERS)]
    told = [call for call in named if set(texts_of(call)) & set(SENTENCES)]
    return [call for call in told if all(word.arg for word in call.keywords)]


def texts_of(call: ast.Call) -> list[str]:
    own = (argument for argument in call.args[:2] if not isinstance(argument, ast.Call))
    return [text for argument in own for text in texts(argument)]


def test_a_sentence_is_given_every_field_that_it_names():
    assert len(calls()) > 50
    for call in calls():
        given = {word.arg for word in call.keywords}
        if ast.unparse(call.func) == "found_at":
            given |= ROW
        for name in texts_of(call):
            assert fields(name) <= given, (name, ast.unparse(call))


@pytest.mark.parametrize("kind", REGISTER.values(), ids=list(REGISTER))
def test_a_row_of_the_register_is_whole(kind):
    assert kind.sentences
    assert kind.section and kind.case and kind.remedy
    assert kind.settled_by in ("later", "later figures", "any figures", "nothing")


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        ("空白，按未报送处理。没有发生请填0", "空白"),
        ("表头之下有9行，远多于所需，未读取，按未报送处理。请删除", "表头之下有9行，远多于所需"),
        ("内容是2021年的数据，已按内容读取。请核对", "内容是2021年的数据，已按内容读取"),
        ("压缩文件未读取，其中的报表按未报送处理。请解压后放入", "压缩文件未读取"),
        ("工作簿含有宏，不予打开。请另存", "工作簿含有宏，不予打开"),
    ],
)
def test_what_is_wrong_is_told_apart_from_what_to_do(sentence, wrong):
    assert halves(sentence)[0] == wrong


def test_what_a_sender_wrote_is_taken_as_a_whole_whatever_marks_it_holds():
    findings = Findings()
    source = Source("a.csv", pd.NaT)
    findings.flag("column-near-miss", source, text="甲，未采用。乙", close="丙")
    assert findings.rows[0]["wrong"] == "《a.csv》：列名“甲，未采用。乙”无法识别"
