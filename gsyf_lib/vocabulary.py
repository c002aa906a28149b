"""The Chinese word for each code and column, from ``vocabulary.toml``; ``wording`` makes phrases.

It imports next to nothing, so that ``gsyf --help`` stays quick.
"""

import tomllib
from pathlib import Path

_READ = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))

SYNTHETIC = "示例数据（非真实）"
# What an empty cell shows.
NONE = "—"
STATUSES: dict[str, str] = {code: word for code, (word, _) in _READ["statuses"].items()}
SHAPES: dict[str, str] = {code: shape for code, (_, shape) in _READ["statuses"].items()}
# The statuses that are a verdict on a figure; the others say why there is none.
JUDGED = ("met", "missed")
SHOWN: dict[str, str] = _READ["shown"]
REASONS: dict[str, str] = _READ["reasons"]
NO_FIGURE: dict[str, str] = _READ["no_figure"]
# A share that was reported as a bare ratio, without its two counts.
NO_COUNTS = "只报比例"
INDICATORS: dict[str, str] = _READ["indicators"]
SHORT_INDICATORS: dict[str, str] = INDICATORS | _READ["short_indicators"]
UNITS: dict[str, str] = _READ["units"]
MEASURES: dict[str, str] = _READ["measures"]
TABLES: dict[str, str] = _READ["tables"]
OUTLOOKS: dict[str, str] = _READ["outlooks"]
ZERO_IN_BOTH_YEARS = "基期和本年均为零"
RECEIPT_STATES: dict[str, str] = _READ["receipt_states"]
TASK_STATES: dict[str, str] = _READ["task_states"]
SEVERITIES: dict[str, str] = _READ["severities"]

# To explain a column: all codes of a table with their words.
_CODES = {
    name: "、".join(f"{code} {word}" for code, word in _READ[name].items())
    for name in ("indicators", "outlooks", "severities")
}
FIELDS: dict[str, tuple[str, str]] = {
    name: (title, meaning.format_map(_CODES)) for name, (title, meaning) in _READ["fields"].items()
}
FIELD_UNITS: dict[str, str] = _READ["field_units"]
TITLES: dict[str, str] = _READ["titles"]
