"""The head of a page: what it is made from, how complete that is, and what to beware of."""

import pandas as pd

from gsyf_lib import wording
from gsyf_lib.assessment import JudgedPlan, assumptions, select_area, select_department
from gsyf_lib.documents.blocks import Box, Paragraph, Terms, Text, link, notice
from gsyf_lib.errors import UsageError
from gsyf_lib.submissions import completeness, still_owed

# The heading of a page under which its reports are listed.
RECEIPTS = "报送情况"
EDITIONS = {"internal": "内部版"}
NAMED = 6


def masthead(
    judged: JudgedPlan,
    area: str | None,
    year: int,
    edition: str = "internal",
    *,
    department: str | None = None,
) -> Box:
    """网页的开头：年度、版本、数据日期、报送是否齐全和需要注意的情况。

    不写地区的为各地区；写明部门的，只统计该部门的报送。地区、部门或版本不存在的为 UsageError。

    Examples
    --------
    >>> gs.page.masthead(judged, "太原市", 2023)
    示例数据（非真实）...
    """
    if edition not in EDITIONS:
        raise UsageError(f"没有名为“{edition}”的版本。可用：{'、'.join(EDITIONS)}")
    plan, submissions = judged.plan, judged.submissions
    results, received = judged.results(year), judged.receipts
    if department is not None:
        results, received = (select_department(rows, department) for rows in (results, received))
    received = received[received["data_year"] == year]
    # The province waits for its cities too; a city's page speaks of its own reports only.
    own = received if area in (None, plan.area) else select_area(received, area)
    results = results if area is None else select_area(results, area)
    assumed = assumptions(plan, submissions)
    facts: dict[str, Text] = {
        "行动计划": plan.title + ("（假设情景）" if assumed else ""),
        "评估年度": f"{year}年（对比年度{plan.baseline_year}年）",
        "版本": EDITIONS[edition],
        "数据收取截至": wording.day(submissions.as_of),
        "本年度数据": link(_received(received, area, plan.area) + _not_due(own), RECEIPTS),
    }
    terms = tuple((name, (fact,)) for name, fact in facts.items())
    notices = _notices(results, year, assumed, submissions.synthetic)
    return Box((*notices, Terms(terms)), "masthead")


def _notices(
    results: pd.DataFrame, year: int, assumed: list[str], is_synthetic: bool
) -> list[Paragraph]:
    """Return the banners, gravest first: not real, nothing to judge, may still change."""
    notices = []
    # Whoever prints a page of a what-if must not pass it on as the plan's verdicts.
    if assumed:
        text = f"假设情景：{'；'.join(assumed)}。本页不是按行动计划和报送数据作出的判定。"
        notices.append(notice(text, "scenario"))
    if is_synthetic:
        notices.append(notice(f"{wording.SYNTHETIC}：本页数字为随机生成，仅供演示。", "synthetic"))
    if results["value"].isna().all():
        notices.append(notice(f"尚未收到{year}年的数据，各项目标均无法判定。", "nothing"))
    if results["provisional"].any():
        text = f"初步数据：部分数据在次年1月31日前收到，可能更正。{year}年结论以最终数据为准。"
        notices.append(notice(text, "provisional"))
    return notices


def _not_due(received: pd.DataFrame) -> str:
    """Return the day until which reports may still come; nothing once it has passed."""
    early = received.loc[received["state"] == "not_due", "due"]
    return f"（报送期限{wording.day(early.max())}，尚未到期）" if len(early) else ""


def _received(received: pd.DataFrame, area: str | None, province: str) -> str:
    """Return how many reports of a year have come; for the province also what cities lack."""
    if area is None:
        done, owing = completeness(received, received["data_year"].iloc[0])
        return f"{done}/{owing}个地区报齐"
    own = select_area(received, area)
    if own["area"].iloc[0] != province:
        return f"{_whole(own)}份报表收齐"
    cities = received[received["area"] != province]
    # What came with errors is to be corrected, what did not come to be sent: two requests.
    faulty = cities[cities["state"] == "faulty"]
    lists = [_tables("缺", still_owed(cities)), _tables("有误待更正", faulty)]
    lacks = "；".join(filter(None, lists))
    return f"省级{_whole(own)}份、各市{_whole(cities)}份报表收齐{f'（{lacks}）' if lacks else ''}"


def _tables(word: str, received: pd.DataFrame) -> str:
    """Return the first of these tables by area and name; nothing if there are none."""
    names = [row.area + wording.TABLES[row.table] for row in received.itertuples()]
    return f"{word}：{wording.listed(names, NAMED, '份')}" if names else ""


def _whole(received: pd.DataFrame) -> str:
    """Return how many tables are whole, of those owed."""
    return f"{(received['received'] == received['expected']).sum()}/{len(received)}"
