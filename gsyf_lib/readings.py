"""How the plan's open clauses are read: the switches of ``plan.toml`` (docs/readings.md)."""

from dataclasses import dataclass

from gsyf_lib.errors import PlanError

__all__ = ["ALLOWED", "Readings"]

ALLOWED = {
    "zero_baseline": ("held_at_zero", "undefined", "literal"),
    "falling": ("previous_year", "baseline_year"),
    "falling_at_zero": ("held_at_zero", "undefined"),
    "training": ("cumulative", "within_year"),
    "province": ("submitted", "sum_of_cities"),
}


@dataclass(frozen=True)
class Readings:
    """How the open clauses are read; the first value allowed is the default (docs/readings.md)."""

    zero_baseline: str = "held_at_zero"
    falling: str = "previous_year"
    falling_at_zero: str = "held_at_zero"
    training: str = "cumulative"
    province: str = "submitted"

    def __post_init__(self) -> None:
        """Refuse a value that no reading knows."""
        for name, allowed in ALLOWED.items():
            if getattr(self, name) not in allowed:
                raise PlanError(
                    f"plan.toml [readings] {name} = {getattr(self, name)!r} 不认识；"
                    f"可用：{'、'.join(allowed)}"
                )
