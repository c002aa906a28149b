"""What the words of a form mean, apart from the names of the plan: totals, notes, units."""

import re
from typing import NamedTuple

from gsyf_lib.submissions.measures import RATIO, SHARE_COUNTS

# 合计, 总计, 小计, 共计, 累计
TOTAL = re.compile("[合总小共累]计")
# How notes and signatures begin, and numbered remarks: 1. or 二、
NOTE_START = re.compile(
    r"\(?(?:附?注|备注|说明|填表|填报|制表|制单|报送|报出|上报|审核|审批|审定|复核|校[对核]|经[办手]|报告人|统计|单位|"
    r"[主分]?[要管]?负责人|主管|领导|局长|主任|签[字名章]|盖章|公章|印章|联系|电话|手机|日期|时间|(?:数据|资料)?来源)"
    r"|\(?[0-9一二三四五六七八九十]{1,2}[.、)](?![0-9])"
)
UNITS = {"year": "年", "accidents": "起", **dict.fromkeys(SHARE_COUNTS, "例"), RATIO: "%"}
# 人 and 名 count persons, 个 anything
PERSONS, ANY = "人名", "个"
# 单位：百人
LINE = re.compile("单位[:是为]*([^()]*)")
SEPARATOR = re.compile("[、,/;。和及]")
UNIT = re.compile("([十百千万亿]*)(人次|[年起人例名个次宗件%‰])")
# 伤亡人数（百人）, 伤亡人数/百人, 报告比例%
HEAD = re.compile("(.+?)(?:[(/](?:单位:)?([^()/:]{1,4})[)]?|([%‰]))")
PERCENT, PER_MILLE = "%", "‰"


def units_of(field: str) -> str:
    """Return the units that may follow the figures of a column, the usual one first."""
    return UNITS.get(field, PERSONS) + ANY


class Unit(NamedTuple):
    """A unit with its scale: 百人, hundreds of persons, is ("百", "人")."""

    scale: str
    name: str

    @property
    def is_wanted(self) -> bool:
        """Whether the table wants figures in this unit: single persons, accidents, cases, or %."""
        return not self.scale and self.name != PER_MILLE

    def fits(self, field: str) -> bool:
        """Tell whether a column may be counted in this unit, whatever the scale."""
        name = PERCENT if self.name == PER_MILLE else self.name[0]
        return name in units_of(field)


def unit_of(text: str) -> Unit | None:
    """Return the unit that a normalised text is, in brackets or not; None if it is none."""
    found = UNIT.fullmatch(text.removeprefix("(").removesuffix(")"))
    return Unit(found[1], found[2]) if found else None


def units_said(text: str) -> list[Unit]:
    """Return the units named after 单位; it also means "organisation": 单位:太原市 names none."""
    parts = [part for found in LINE.finditer(text) for part in SEPARATOR.split(found[1])]
    return [unit for unit in map(unit_of, parts) if unit]


def without_star(head: str) -> str:
    """Return a head without the star that marks required columns, and without a colon."""
    return head.removeprefix("*").removesuffix(":")


def without_unit(head: str) -> tuple[str, Unit | None]:
    """Split the normalised head of a column into the name and the unit behind it, if any.

    Examples
    --------
    >>> without_unit("伤亡人数(百人)"), without_unit("县(市、区)")
    (('伤亡人数', Unit(scale='百', name='人')), ('县(市、区)', None))
    """
    found = HEAD.fullmatch(head)
    unit = unit_of(found[2] or found[3]) if found else None
    return (found[1], unit) if found and unit else (head, None)
