"""``register.toml`` in; the kinds of findings out, with their severity and their sentences.

The head of ``register.toml`` explains its fields.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

SEVERITIES = ("error", "warning", "info")
# Where a sentence stops telling what is wrong. What follows is what happens to the data
# (“，…未采用”) or, after the first full stop, what the sender should do.
ASKED = re.compile("，[^，。]*(?:未采用|未读取|不采用|未报送处理)|。|$")


@dataclass(frozen=True)
class Sentence:
    """A sentence in two parts: what is wrong; what happens now or should be done (``asked``)."""

    code: str
    severity: str
    wrong: str
    asked: str


@dataclass(frozen=True)
class Kind:
    """A row of the register; a code may have sentences of several severities and variants."""

    code: str
    section: str
    case: str
    remedy: str
    settled_by: str = "later"
    received: bool = True
    closed: bool = False
    error: str | dict[str, str] = ""
    warning: str | dict[str, str] = ""
    info: str | dict[str, str] = ""

    @cached_property
    def sentences(self) -> dict[str, Sentence]:
        """The sentences by the name that a check gives: code, or code.variant."""
        found = {}
        for severity in SEVERITIES:
            texts = getattr(self, severity) or {}
            for variant, text in ({"": texts} if isinstance(texts, str) else texts).items():
                name = f"{self.code}.{variant}" if variant else self.code
                found[name] = Sentence(self.code, severity, *halves(text))
        return found


def halves(text: str) -> tuple[str, str]:
    """Split a sentence into what is wrong, and what happens now or should be done."""
    found = ASKED.search(text)
    start = found.start() if found else len(text)
    return text[:start], text[start:]


def _register() -> dict[str, Kind]:
    with Path(__file__).with_suffix(".toml").open("rb") as file:
        rows: dict[str, dict[str, Any]] = tomllib.load(file)
    return {code: Kind(code, **row) for code, row in rows.items()}


REGISTER = _register()
# By the name that checks use: code, or code.variant.
SENTENCES = {
    name: sentence for kind in REGISTER.values() for name, sentence in kind.sentences.items()
}
