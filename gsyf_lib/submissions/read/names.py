"""The names that a submission may use for areas, industries, columns, …, and what they mean."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from itertools import product
from pathlib import PurePosixPath
from typing import Any

import pandas as pd

from gsyf_lib.plan import Plan, normalise
from gsyf_lib.submissions.findings import listed, shortened
from gsyf_lib.vocabulary import TABLES as TABLE_WORDS

# The fields that say what a row is about; all others hold figures.
KEYS = ("year", "area", "county", "industry", "category", "number", "state")
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
CATEGORIES = {"安全生产": "safety", "职业卫生": "health"}
CATEGORIES |= {f"{word}培训": category for word, category in CATEGORIES.items()}
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
    counties, parents : by the code of their city and their name; the code of the area above a code
    goals, departments : the industries with a goal, by indicator; by industry and indicator
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
        return frozenset().union(*self.headers.values())

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
        words = [*self.areas, *below, *self.industries, *self.offices, *self.column_names]
        words += [*CATEGORIES, *TABLE_WORDS.values(), *FORM_WORDS]
        return frozenset(word[:2] for word in words)

    def label(self, table: str, field: str) -> str:
        """Return what a table calls the column of a field."""
        return next(word for word, meant in self.headers[table].items() if meant == field)

    def goal_industries(self, *indicators: str) -> tuple[str, ...]:
        """Return the industries that have a goal for any of the indicators, in annex order."""
        found = [name for code in indicators for name in self.goals.get(code, ())]
        return tuple(dict.fromkeys(found))


def plan_names(plan: Plan) -> Names:
    """Gather the names of a plan."""
    upper = plan.areas[plan.areas["level"] != "county"]
    lower = plan.areas[plan.areas["level"] == "county"]
    above = {row.code: _words(row) for row in _rows(upper)}
    goals = plan.targets.groupby("indicator", sort=False)["industry"].unique()
    owners = plan.targets.drop_duplicates(["industry", "indicator"])
    return Names(
        areas={word: _area(row) for row in _rows(upper) for word in _with_parent(row, above)},
        counties={(row.parent, word): _area(row) for row in _rows(lower) for word in _words(row)},
        parents=dict(zip(plan.areas["code"], plan.areas["parent"], strict=True)),
        industries={word: row.name for row in _rows(plan.industries) for word in _words(row)},
        goals={code: tuple(found) for code, found in goals.items()},
        departments={(row.industry, row.indicator): row.department for row in _rows(owners)},
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


def _rows(frame: pd.DataFrame) -> Iterator[Any]:
    return frame.itertuples(index=False)


def _words(row: Any) -> list[str]:
    """Return what the thing in a row of the plan may be called: its name, aliases and number."""
    code = getattr(row, "code", "")
    words = [row.name, *row.aliases.split("|"), code if code.isdigit() else ""]
    return [normalise(word) for word in words if word]


def _with_parent(row: Any, above: Mapping[str, list[str]]) -> list[str]:
    """Return what an area may be called, with and without the area above: 山西省太原市."""
    words = _words(row)
    both = above.get(row.parent, []), words
    fronts, ends = ([word for word in some if not word.isdigit()] for some in both)
    return [*words, *map("".join, product(fronts, BETWEEN, ends))]


def _area(row: Any) -> Area:
    return Area(row.code, row.name, row.level)


def name_of(file: str) -> str:
    """Return the name of a file without folder and ending, normalised."""
    return normalise(PurePosixPath(file).stem)


def areas_named(text: str, names: Names) -> list[Area]:
    """Return the cities that a file name names; the province only where it names no city.

    The name must stand there as a word: 长治久安 names no city, 长治安全生产 does.
    """
    contained = [word for word in names.areas if word in text and not word.isdigit()]
    areas = [names.areas[word] for word in contained if _is_word(word, text, names)]
    found = {area.code: area for area in areas}.values()
    return [area for area in found if area.level == "city"] or [*found]


def _is_word(word: str, text: str, names: Names) -> bool:
    """Tell whether a word ends where the name ends; a full official name is always a word."""
    rests = [text[found.end() :] for found in re.finditer(re.escape(word), text)]
    return names.areas[word].name == word or any(
        not HAN.match(rest) or rest[0] in PARTICLES or rest[:2] in names.beginnings
        for rest in rests
    )


def quoted(text: str, allowed: Iterable[str], *, resembling: str = "") -> str:
    """Return a text in quotation marks, but only if it resembles an allowed name.

    Any other may be the name of a person, and many people read findings.
    """
    close = get_close_matches(shortened(resembling or text), [*allowed], 1, 0.5)
    return f"“{shortened(text)}”" if close else "所填内容"


def did_you_mean(text: str, allowed: Iterable[str]) -> str:
    """Return the closest allowed name as a question, and the names allowed."""
    names = list(allowed)
    close = get_close_matches(shortened(text), names, 1, 0.5)
    question = f"是否为“{close[0]}”？" if close else ""
    return f"{question}可填：{listed(names)}"
