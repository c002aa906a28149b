"""The names that a submission may use for areas, industries, columns, …, and what they mean."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from itertools import product
from typing import Any

import pandas as pd

from gsyf_lib.plan import Plan, normalise
from gsyf_lib.submissions.findings import listed, shortened
from gsyf_lib.vocabulary import TABLES as TABLE_WORDS

# 合计, 总计, 小计, 共计, 累计
TOTAL = re.compile("[合总小共累]计")
UNITS = {
    "year": "年",
    "accidents": "起",
    "reported_cases": "例",
    "short_exposure_cases": "例",
    "short_exposure_per_million": "%",
}
# 人 and 名 count persons, 个 anything
PERSONS, ANY = "人名", "个"
# What may stand between the names of two areas, the higher one first: 山西省-太原市.
MARKS = "/-·"
BETWEEN = ("", *MARKS)
# A short name may be part of another word: 长治 (a city) in 长治久安 (lasting order). So what
# follows a name in a file name must be no Chinese character, a particle, or the beginning of a
# word below or of a word of the plan.
HAN = re.compile(r"[\u3400-\u9fff]")
PARTICLES = "和与及等的各全本年市县局委办表第"
FORM_WORDS = (
    *("报表", "报送", "报告", "上报", "填报", "补报", "呈报", "数据", "统计", "汇总", "更正"),
    *("修改", "修订", "最终", "情况", "工伤", "明细", "台账", "省级", "附件"),
)
CATEGORIES = {
    "安全生产": "safety",
    "安全生产培训": "safety",
    "职业卫生": "health",
    "职业卫生培训": "health",
}
TASK_STATES = {"已完成": "done", "进行中": "under_way", "未开展": "not_done"}


@dataclass(frozen=True)
class Area:
    """An area of the plan."""

    code: str
    name: str
    level: str


@dataclass(frozen=True)
class Names:
    """What normalised texts in a submission mean.

    areas : provinces and cities by name, alias or code
    counties : by the code of their city and their name
    parents : the code of the area above, by code
    goals : the industries with a goal, by indicator
    departments : by industry and indicator
    tasks : year and number of each
    headers, required : by table, the field of each column name; the fields that it must have
    measures : the fields that hold figures
    offices : departments by name or alias
    """

    areas: dict[str, Area]
    counties: dict[tuple[str, str], Area]
    parents: dict[str, str]
    industries: dict[str, str]
    goals: dict[str, tuple[str, ...]]
    departments: dict[tuple[str, str], str]
    years: tuple[int, ...]
    tasks: frozenset[tuple[int, int]]
    headers: dict[str, dict[str, str]]
    required: dict[str, tuple[str, ...]]
    measures: frozenset[str]
    offices: dict[str, str]

    def cities_of(self, county: str) -> list[str]:
        """Return the cities with a county of this name, which may follow the name of the city."""
        cities = {area.code: area for area in self.areas.values()}
        return [
            *(cities[code].name for code, word in self.counties if word == county),
            *(area.name for area in cities.values() if self._county_after_city(area, county)),
        ]

    def county(self, area: Area, text: str) -> Area | None:
        """Return the county of an area; the area's own name may stand before it."""
        return self.counties.get((area.code, text)) or self._county_after_city(area, text)

    def _county_after_city(self, area: Area, text: str) -> Area | None:
        fronts = [word for word, named in self.areas.items() if named == area]
        rests = [text.removeprefix(word).lstrip(MARKS) for word in fronts if text.startswith(word)]
        return next(filter(None, (self.counties.get((area.code, rest)) for rest in rests)), None)

    @cached_property
    def column_names(self) -> frozenset[str]:
        """Every name that a column of any table may have."""
        return frozenset(word for known in self.headers.values() for word in known)

    @cached_property
    def areas_by_code(self) -> tuple[Area, ...]:
        """Every area, in the order of codes."""
        areas = {*self.areas.values(), *self.counties.values()}
        return tuple(sorted(areas, key=lambda area: area.code))

    @cached_property
    def numbers(self) -> dict[Area, int]:
        """The number of each area in ``areas_by_code``."""
        return {area: number for number, area in enumerate(self.areas_by_code)}

    @cached_property
    def all_industries(self) -> tuple[str, ...]:
        """Every industry, in the order of names."""
        return tuple(sorted({*self.industries.values()}))

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """The first two characters of every word that a file name may go on with."""
        below = [word for _, word in self.counties]
        columns = [word for known in self.headers.values() for word in known]
        words = [*self.areas, *below, *self.industries, *self.offices, *columns, *CATEGORIES]
        return frozenset(word[:2] for word in (*words, *TABLE_WORDS.values(), *FORM_WORDS))

    def label(self, table: str, field: str) -> str:
        """Return what a table calls the column of a field."""
        return next(word for word, meant in self.headers[table].items() if meant == field)

    def goal_industries(self, *indicators: str) -> tuple[str, ...]:
        """Return the industries that have a goal for any of the indicators, in annex order."""
        return tuple(
            dict.fromkeys(name for code in indicators for name in self.goals.get(code, ()))
        )


def plan_names(plan: Plan) -> Names:
    """Gather the names of a plan."""
    upper = plan.areas[plan.areas["level"] != "county"]
    lower = plan.areas[plan.areas["level"] == "county"]
    above = {row.code: _words(row) for row in _rows(upper)}
    goals = plan.targets.groupby("indicator", sort=False)["industry"].unique()
    owners = plan.targets.drop_duplicates(["industry", "indicator"])
    return Names(
        areas={word: _area(row) for row in _rows(upper) for word in _with_parent(row, above)},
        counties={
            (row.parent, word): _area(row) for row in lower.itertuples() for word in _words(row)
        },
        parents=dict(zip(plan.areas["code"], plan.areas["parent"], strict=True)),
        industries={word: row.name for row in _rows(plan.industries) for word in _words(row)},
        goals={code: tuple(found) for code, found in goals.items()},
        departments={(row.industry, row.indicator): row.department for row in owners.itertuples()},
        years=(plan.baseline_year, *plan.years),
        tasks=frozenset(zip(plan.tasks["year"], plan.tasks["number"], strict=True)),
        headers={
            table: {word: row.field for row in _rows(rows) for word in _words(row)}
            for table, rows in plan.columns.groupby("table", sort=False)
        },
        required={
            table: tuple(rows.loc[rows["role"].isin(["key", "measure"]), "field"])
            for table, rows in plan.columns.groupby("table", sort=False)
        },
        offices={word: row.name for row in _rows(plan.departments) for word in _words(row)},
        measures=frozenset(plan.columns.loc[plan.columns["role"].str.endswith("measure"), "field"]),
    )


def _rows(frame: pd.DataFrame) -> Iterable:
    return frame.itertuples(index=False)


def _words(row: object) -> list[str]:
    aliases = [alias for alias in row.aliases.split("|") if alias]  # type: ignore[attr-defined]
    code = getattr(row, "code", "")
    codes = [code] if code.isdigit() else []
    return [normalise(word) for word in (row.name, *aliases, *codes)]  # type: ignore[attr-defined]


def _with_parent(row: Any, above: Mapping[str, list[str]]) -> list[str]:
    """Return what an area may be called, with and without the area above: 山西省太原市."""
    words = _words(row)
    both = above.get(row.parent, []), words
    fronts, ends = ([word for word in some if not word.isdigit()] for some in both)
    return [*words, *map("".join, product(fronts, BETWEEN, ends))]


def _area(row: object) -> Area:
    return Area(row.code, row.name, row.level)  # type: ignore[attr-defined]


def is_total(text: str) -> bool:
    """Tell whether a name is that of a total.

    Examples
    --------
    >>> is_total("太原市合计"), is_total("煤矿")
    (True, False)
    """
    return TOTAL.search(text) is not None


def units_of(field: str) -> str:
    """Return the units that may follow the figures of a column, the usual one first."""
    return UNITS.get(field, PERSONS) + ANY


def areas_named(text: str, names: Names) -> list[Area]:
    """Return the cities that a file name names; the province only where it names no city.

    The name must stand there as a word: 长治久安 names no city, 长治安全生产 does.
    """
    contained = [word for word in names.areas if word in text and not word.isdigit()]
    areas = [names.areas[word] for word in contained if _is_word(word, text, names)]
    found = {area.code: area for area in areas}
    cities = [area for area in found.values() if area.level == "city"]
    return cities or list(found.values())


def _is_word(word: str, text: str, names: Names) -> bool:
    """Tell whether a word ends where the name ends; a full official name is always a word."""
    rests = [text[found.end() :] for found in re.finditer(re.escape(word), text)]
    return names.areas[word].name == word or any(
        not HAN.match(rest) or rest[0] in PARTICLES or rest[:2] in names.beginnings
        for rest in rests
    )


def unknown_area(text: str, names: Names) -> tuple[str, dict[str, str]]:
    """Return the finding on a text that names no city: its sentence, and the sentence's fields."""
    if not text:
        return "area-unknown.blank", {}
    below = _below(text, names)
    if cities := names.cities_of(below):
        home = listed(f"“{city}”" for city in cities)
        return "area-unknown.county_as_city", {"text": shortened(text), "cities": home}
    official = dict.fromkeys(area.name for area in names.areas.values())
    said = quoted(text, official, resembling=below)
    return "area-unknown.other", {"said": said, "hint": did_you_mean(below, official)}


def _below(text: str, names: Names) -> str:
    """Return a text without the name of the province in front."""
    fronts = [word for word, area in names.areas.items() if area.level == "province"]
    rests = [text.removeprefix(word).lstrip(MARKS) for word in fronts]
    return min((rest for rest in rests if len(rest) > 1), key=len, default=text)


def unknown_county(text: str, area: Area, names: Names) -> tuple[str, dict[str, str]]:
    """Return the finding on a text that names no county of an area: its sentence and fields."""
    inside = dict.fromkeys(
        county.name for (parent, _), county in names.counties.items() if parent == area.code
    )
    if not inside:
        return "area-unknown.no_counties", {"area": area.name}
    fields = {"said": quoted(text, inside), "area": area.name, "hint": did_you_mean(text, inside)}
    return "area-unknown.county", fields


def quoted(text: str, allowed: Iterable[str], *, resembling: str = "") -> str:
    """Return a text in quotation marks, but only if it resembles an allowed name.

    Any other may be the name of a person, and many people read findings.

    Examples
    --------
    >>> quoted("太愿市", ["太原市", "大同市"]), quoted("张某", ["太原市", "大同市"])
    ('“太愿市”', '所填内容')
    """
    close = get_close_matches(shortened(resembling or text), [*allowed], 1, 0.5)
    return f"“{shortened(text)}”" if close else "所填内容"


def did_you_mean(text: str, allowed: Iterable[str]) -> str:
    """Return the closest allowed name as a question, and the names allowed.

    Examples
    --------
    >>> did_you_mean("太愿市", ["太原市", "大同市"])
    '是否为“太原市”？可用：太原市、大同市'
    """
    names = list(allowed)
    close = get_close_matches(shortened(text), names, 1, 0.5)
    question = f"是否为“{close[0]}”？" if close else ""
    return f"{question}可用：{listed(names)}"
