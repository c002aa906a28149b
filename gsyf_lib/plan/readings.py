"""The switches of ``plan.toml``: how the plan's open clauses are read (docs/readings.md)."""

from collections.abc import Mapping
from dataclasses import dataclass

from gsyf_lib.errors import PlanError


@dataclass(frozen=True)
class Switch:
    """An open clause: its number in docs/readings.md, its name, and what each value means.

    ``recounted`` is False where the other value asks senders to count other people: the verdict
    under it cannot be worked out from the figures handed in.
    """

    number: int
    clause: str
    meanings: Mapping[str, str]
    recounted: bool = True


SWITCHES = {
    "zero_baseline": Switch(
        6,
        "基期为0",
        {
            "held_at_zero": "保持为0的视为达标，有发生的视为未达标",
            "undefined": "保持为0的不作判定",
            "literal": "按字面比较：0不低于0，但符合任何百分比的降幅",
        },
    ),
    "falling": Switch(
        8,
        "“持续降低”",
        {
            "previous_year": "逐年低于上一有数据的年度，末年还须低于基期",
            "baseline_year": "低于基期",
        },
    ),
    "falling_at_zero": Switch(
        9,
        "比例已为0",
        {"held_at_zero": "保持为0的视为达标", "undefined": "保持为0的不作判定"},
    ),
    "training": Switch(
        12,
        "培训覆盖率",
        {
            "cumulative": "年末在岗重点岗位人员中，计划期内累计已培训的比例",
            "within_year": "年末在岗重点岗位人员中，当年已培训的比例",
        },
        recounted=False,
    ),
    "province": Switch(
        18,
        "省级数据",
        {
            "submitted": "以省级部门报送数为准；当年或对比年度未报送的按各市合计，缺一市不汇总",
            "sum_of_cities": "一律按各市合计，缺一市不汇总",
        },
    ),
}
ALLOWED = {name: tuple(switch.meanings) for name, switch in SWITCHES.items()}


@dataclass(frozen=True)
class Readings:
    """How each open clause is read; the default is the first value in ``SWITCHES``."""

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
                    f"plan.toml [readings] {name} = {getattr(self, name)!r} 不认识；"
                    f"可用：{'、'.join(allowed)}"
                )
