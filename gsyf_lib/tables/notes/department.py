"""How many of a department's goals are met, in the province and in the cities."""

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import select_department
from gsyf_lib.documents.blocks import Block, Box, paragraphs
from gsyf_lib.tables.notes.shortfalls import shortfalls, tally_bar


def department_results(results: pd.DataFrame, department: str) -> pd.DataFrame:
    """Return the goals that a department is responsible for, in all areas.

    Parameters
    ----------
    results : frames.RESULTS
    department : its name, or its name without 部门

    Raises
    ------
    UsageError
        It is responsible for none; lists those that are for some.

    Examples
    --------
    >>> sorted(gs.department_results(results, "住房和城乡建设")["industry"].unique())
    ['建筑施工']
    """
    return select_department(results[results["counted"]], department).reset_index(drop=True)


def department_note(results: pd.DataFrame) -> Box:
    """Return which goals the province misses, then how many are met in the cities.

    Parameters
    ----------
    results : frames.RESULTS of a year, such as ``department_results`` returns

    Examples
    --------
    >>> gs.department_note(gs.department_results(results, "交通运输部门"))
    2023年，交通运输部门负责的3项全省年度目标全部达标。
    ...
    """
    upper, cities = (results[results["level"] == level] for level in ("province", "city"))
    first, *others = department_sentences(results)
    missed = [] if (upper["status"] == "met").all() else [shortfalls(upper, by="area")]
    parts = (paragraphs([first], "lead"), *missed, paragraphs(others), tally_bar(cities))
    return Box(parts, "summary")


def department_shortfalls(results: pd.DataFrame) -> Block:
    """Return what is missed and what cannot be judged, area by area, and by how many cases.

    Parameters
    ----------
    results : frames.RESULTS of a year, such as ``department_results`` returns

    Examples
    --------
    >>> gs.department_shortfalls(gs.department_results(results, "交通运输部门"))
    未达标15项
    ...
    """
    return shortfalls(results, by="area")


def department_sentences(results: pd.DataFrame) -> list[str]:
    """Return how many goals of the province, and of all cities together, have which verdict.

    Examples
    --------
    >>> gs.department_sentences(gs.department_results(results, "交通运输部门"))[0]
    '2023年，交通运输部门负责的3项全省年度目标全部达标。'
    """
    upper, cities = (results[results["level"] == level] for level in ("province", "city"))
    first = results.iloc[0]
    owner = f"{first['department']}负责的"
    sentences = [f"{first['year']}年，{owner}{len(upper)}项全省年度目标{_counted(upper)}。"]
    if len(cities):
        number = cities["area_code"].nunique()
        sentences.append(f"{number}个市共{len(cities)}项年度目标{_counted(cities)}。")
    return sentences


def _counted(goals: pd.DataFrame) -> str:
    is_met = (goals["status"] == "met").all()
    return "全部达标" if is_met else f"中，{'，'.join(wording.verdict_tally(goals))}"
