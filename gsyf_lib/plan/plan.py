"""A folder of data in; the plan out: settings, code tables, targets, tasks and duties."""

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from difflib import get_close_matches
from numbers import Integral
from pathlib import Path
from typing import Any

import pandas as pd

from gsyf_lib import frames
from gsyf_lib.errors import PlanError, UsageError, reason
from gsyf_lib.plan.readings import Readings
from gsyf_lib.plan.tables import (
    FIRST_ROW,
    check_areas,
    check_columns,
    check_indicators,
    check_targets,
)
from gsyf_lib.processes.files import find_plan

# Invisible characters that copying from a web page, a chat or a Windows dialogue leaves in a cell:
# soft hyphens, joiners, marks of direction, variants of a glyph.
UNSEEN = dict.fromkeys(
    [0x00AD, 0x034F, 0x061C, *range(0x180B, 0x180F), *range(0x200B, 0x2010)]
    + [*range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFE00, 0xFE10), 0xFEFF]
    + [*range(0xE0100, 0xE01F0)]
)


@dataclass(frozen=True)
class AcceptedBaseline:
    """A changed baseline figure that ``plan.toml`` accepts."""

    area: str
    industry: str
    measure: str
    value: int | str
    reason: str = ""


@dataclass(frozen=True)
class ReplacedFile:
    """A faulty file (``file``) that a later one (``by``) replaces, as ``plan.toml`` says."""

    file: str
    by: str
    reason: str = ""


@dataclass(frozen=True)
class Settings:
    """The entries of ``plan.toml``; ``contact`` stands below every page: who answers questions."""

    title: str
    issuer: str
    area: str
    baseline_year: int
    first_year: int
    last_year: int
    contact: str = ""
    readings: Readings = field(default_factory=Readings)
    accepted_baselines: tuple[AcceptedBaseline, ...] = ()
    replaced_files: tuple[ReplacedFile, ...] = ()

    @property
    def years(self) -> list[int]:
        """设有目标的各年度。"""
        return list(range(self.first_year, self.last_year + 1))


@dataclass(frozen=True, kw_only=True, repr=False)
class Plan(Settings):
    """行动计划：从一个文件夹读入的设定和各数据表。

    tiles : 各市在方格地图上的位置；没有 ``codes/tiles.csv`` 的为空
    scenario : 假设情景改变了什么，用文字说明；为空的是印发的原计划
    """

    folder: Path
    targets: pd.DataFrame
    tasks: pd.DataFrame
    duties: pd.DataFrame
    areas: pd.DataFrame
    industries: pd.DataFrame
    departments: pd.DataFrame
    indicators: pd.DataFrame
    columns: pd.DataFrame
    tiles: pd.DataFrame = field(default_factory=frames.TILES.empty)
    scenario: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Return its title and how many targets it has."""
        return f"{self.title}：{len(self.cities)}个市，目标{len(self.targets)}条"

    @property
    def cities(self) -> list[str]:
        """各市名称，按行政区划代码排列。"""
        return self.areas.loc[self.areas["level"] == "city", "name"].tolist()

    def area_row(self, name: str) -> pd.Series:
        """按正式名称、简称或代码，返回 ``areas`` 中这个地区的一行。

        没有这个名称的，或有几个县同名的，UsageError 列出可用的名称或代码。
        """
        wanted = normalise(name)
        named = self.areas.apply(
            lambda row: wanted in (row["code"], row["name"], *row["aliases"].split("|")), axis=1
        )
        # A county may be called like a city: then the city is meant.
        upper = self.areas[named & (self.areas["level"] != "county")]
        found = upper if len(upper) else self.areas[named]
        if len(found) == 1:
            return found.iloc[0]
        if len(found):
            codes = "、".join(found["code"] + " " + found["name"])
            raise UsageError(f"“{name}”不止一个地区，请改用行政区划代码：{codes}")
        known = [self.area, *self.cities]
        close = get_close_matches(wanted, known, 1, 0.5)
        hint = f"是否为“{close[0]}”？" if close else ""
        raise UsageError(f"没有名为“{name}”的地区。{hint}可用：{'、'.join(known)}")

    def check_year(self, year: int) -> int:
        """核对年度并原样返回；没有目标的年度，UsageError 列出有目标的年度。"""
        if not isinstance(year, Integral):
            raise UsageError(f"年度应为整数，如{self.years[0]}，不能是{year!r}")
        if year not in self.years:
            raise UsageError(
                f"{year}年没有年度目标。有目标的年度：{'、'.join(map(str, self.years))}"
            )
        return year


def normalise(text: str) -> str:
    """Return a name without full-width forms, blanks and invisible characters, to compare it.

    Examples
    --------
    >>> normalise(" 太原　市 "), normalise("\\u202a太原市\\u202c")
    ('太原市', '太原市')
    """
    return "".join(unicodedata.normalize("NFKC", text).translate(UNSEEN).split())


def read_settings(folder: Path) -> Settings:
    """Read ``plan.toml``; an entry that is missing, unknown or not of its kind is refused."""
    path = folder / "plan.toml"
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PlanError(f"缺少 {path.name}：{folder} 不是行动计划数据文件夹") from None
    except OSError as error:
        raise PlanError(f"{path.name} 无法读取：{reason(error)}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PlanError(f"{path.name} 无法读取：{error}") from None
    # A missing or unknown entry is a TypeError of the dataclass that would take it.
    try:
        raw["readings"] = Readings(**raw.get("readings", {}))
        accepted = raw.get("accepted_baselines", [])
        raw["accepted_baselines"] = tuple(AcceptedBaseline(**entry) for entry in accepted)
        replaced = raw.get("replaced_files", [])
        raw["replaced_files"] = tuple(ReplacedFile(**entry) for entry in replaced)
        settings = Settings(**raw)
    except TypeError as error:
        raise PlanError(f"{path.name} 的项目不全或有多余的项目：{error}") from None
    _check_types(settings)
    return settings


def _check_types(settings: Settings) -> None:
    # Dataclasses do not check types. Compared exactly, because True is an int to isinstance.
    for entry in fields(Settings):
        if entry.type in (int, str) and type(getattr(settings, entry.name)) is not entry.type:
            kind = "整数" if entry.type is int else "文字"
            raise PlanError(f"plan.toml 的 {entry.name} 应为{kind}")
    if not settings.baseline_year < settings.first_year <= settings.last_year:
        raise PlanError("plan.toml 的年度应为 baseline_year < first_year ≤ last_year")


def read_csv(path: Path, contract: frames.Contract) -> pd.DataFrame:
    """Read one of the plan's CSV files as its contract says; an empty text is "", never NaN."""
    # All as text first: pandas would read code 140100 as a number and 0.70 as a float. Excel puts a
    # mark (BOM) before UTF-8, which utf-8-sig takes off.
    try:
        text = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except FileNotFoundError:
        raise PlanError(f"缺少 {path.name}；请先运行 gsyf targets，或补上代码表") from None
    except OSError as error:
        raise PlanError(f"{path.name} 无法读取：{reason(error)}") from None
    except (ValueError, UnicodeDecodeError) as error:
        raise PlanError(f"{path.name} 无法读取：{error}") from None
    try:
        for column in contract.columns:
            if column.dtype in (frames.WHOLE, frames.EXACT) and column.name in text:
                cells = _numbers(path, column, text[column.name])
                text[column.name] = pd.Series(cells, dtype="object")
        return frames.conform(text, contract)
    except ValueError as error:
        raise PlanError(f"{path.name} 不合约定：{error}") from None


def _numbers(path: Path, column: frames.Column, cells: pd.Series) -> list[int | Decimal | None]:
    """Return the numbers of a column; an empty cell is None."""
    kind, name = (int, "整数") if column.dtype == frames.WHOLE else (Decimal, "小数")
    numbers: list[int | Decimal | None] = []
    for row, cell in enumerate(cells, FIRST_ROW):
        try:
            numbers.append(kind(cell) if cell else None)
        except (ValueError, ArithmeticError):
            where = f"{path.name} 第{row}行的 {column.name}"
            raise PlanError(f"{where}“{cell}”不是{name}。请更正") from None
    return numbers


def read_codes(folder: Path) -> dict[str, pd.DataFrame]:
    """Read the code tables ``codes/*.csv``: areas, industries, departments, indicators, columns."""
    contracts = [frames.AREAS, frames.INDUSTRIES, frames.DEPARTMENTS]
    contracts += [frames.INDICATORS, frames.COLUMNS]
    return {c.name: read_csv(folder / "codes" / f"{c.name}.csv", c) for c in contracts}


def load_plan(data: str | Path | None = None) -> Plan:
    """读入行动计划文件夹 ``data``；不写的，从当前文件夹逐级向上查找 ``data`` 文件夹。

    Raises
    ------
    PlanError
        不是行动计划文件夹，或其中的文件不可采信。

    Examples
    --------
    >>> plan = gs.load_plan("data")
    >>> plan.area, len(plan.cities), len(plan.targets)
    ('山西省', 11, 100)
    """
    folder = find_plan(data)
    contracts = (frames.TARGETS, frames.TASKS, frames.DUTIES)
    tables: dict[str, Any] = {c.name: read_csv(folder / f"{c.name}.csv", c) for c in contracts}
    settings = read_settings(folder)
    tables |= read_codes(folder)
    _check_tables(tables, settings)
    if (tiles := folder / "codes" / "tiles.csv").exists():
        tables["tiles"] = read_csv(tiles, frames.TILES)
    return Plan(folder=folder, **vars(settings), **tables)


def _check_tables(tables: Mapping[str, pd.DataFrame], settings: Settings) -> None:
    """Refuse tables that do not fit each other or ``plan.toml``."""
    check_indicators(tables["indicators"])
    check_columns(tables["columns"])
    check_areas(tables["areas"], settings.area)
    known: dict[str, list[Any]] = {
        "industry": tables["industries"]["name"].tolist(),
        "indicator": tables["indicators"]["code"].tolist(),
        "department": tables["departments"]["name"].tolist(),
        "baseline_year": [settings.baseline_year],
    }
    check_targets(tables["targets"], known, settings.years)
