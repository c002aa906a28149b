"""The switches of ``plan.toml``, from ``readings.toml``: how the plan's open clauses are read."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gsyf_lib.errors import PlanError


@dataclass(frozen=True)
class Switch:
    """An open clause: its number in docs/readings.md, its name, and what each value means."""

    number: int
    clause: str
    meanings: Mapping[str, str]
    recounted: bool = True


_TOML = Path(__file__).with_suffix(".toml").read_text("utf-8")
SWITCHES = {name: Switch(**switch) for name, switch in tomllib.loads(_TOML).items()}
ALLOWED = {name: tuple(switch.meanings) for name, switch in SWITCHES.items()}


@dataclass(frozen=True)
class Readings:
    """How each open clause is read."""

    zero_baseline: str = "held_at_zero"
    falling: str = "previous_year"
    falling_at_zero: str = "held_at_zero"
    training: str = "cumulative"
    province: str = "submitted"

    def __post_init__(self) -> None:
        """Refuse a value that ``SWITCHES`` does not have."""
        for name, allowed in ALLOWED.items():
            if getattr(self, name) not in allowed:
                raise PlanError(
                    f"plan.toml [readings] {name} = {getattr(self, name)!r} 无法识别；"
                    f"可用：{'、'.join(allowed)}"
                )
