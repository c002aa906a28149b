"""Write the tables of findings and checks in docs/submissions.md, from the register and the code.

``python -m tools.print_findings`` replaces what is between the marks of each table. The rest of the
document is written by hand.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from gsyf_lib.submissions.checks import CHECKS
from gsyf_lib.submissions.register import REGISTER, Kind
from gsyf_lib.wording import SEVERITIES

DOCUMENT = Path(__file__).parent.parent / "docs" / "submissions.md"
MARKED = re.compile(r"(<!-- tools\.print_findings: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def printed(document: str) -> str:
    """Return the document with its tables as they should be."""
    tables = {"findings": findings(), "checks": checks()}
    return MARKED.sub(lambda found: f"{found[1]}{tables[found[2]]}{found[3]}", document)


def findings() -> str:
    """Return the register as a table for each of its sections."""
    sections = dict.fromkeys(kind.section for kind in REGISTER.values())
    return "\n".join(_section(name) for name in sections)


def _section(name: str) -> str:
    rows = [_row(kind) for kind in REGISTER.values() if kind.section == name]
    return f"### {name}\n{_table(('代码', '程度', '情形', '办法'), rows)}"


def _row(kind: Kind) -> tuple[str, ...]:
    severities = dict.fromkeys(sentence.severity for sentence in kind.sentences.values())
    words = "、".join(SEVERITIES[severity] for severity in severities)
    return f"`{kind.code}`", words, kind.case, kind.remedy


def checks() -> str:
    """Return every check with the first line of its docstring."""
    rows = [(f"`{check.__name__}`", str(check.__doc__).splitlines()[0]) for check in CHECKS]
    return _table(("函数", "要求"), rows)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    DOCUMENT.write_text(printed(DOCUMENT.read_text("utf-8")), "utf-8")
