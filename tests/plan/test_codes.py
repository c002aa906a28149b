"""What each code says, in the words of the plan and its reporting system: worked out by hand."""

import pytest

from gsyf_lib import vocabulary, wording
from gsyf_lib.assessment.indicators import VALUE_STATES
from gsyf_lib.assessment.verdicts.statuses import STATUSES as VERDICTS

# The words of the annexes and of the vocabulary in the contract; any other is another claim.
SAID = {
    "STATUSES": {
        "met": "达标",
        "missed": "未达标",
        "not_reported": "未报送",
        "undefined": "无法判定",
        "not_applicable": "无此行业",
    },
    "INDICATORS": {
        "accidents": "事故起数",
        "casualties": "伤亡人数",
        "short_exposure_share": "尘肺病报告比例",
        "safety_training_coverage": "安全生产培训覆盖率",
        "health_training_coverage": "职业卫生培训覆盖率",
    },
    "UNITS": {
        "accidents": "起",
        "casualties": "人",
        "short_exposure_share": "例",
        "safety_training_coverage": "人",
        "health_training_coverage": "人",
    },
    "OUTLOOKS": {
        "achieved": "提前实现",
        "ahead": "快于预期",
        "on_pace": "基本符合预期",
        "behind": "滞后",
    },
    "RECEIPT_STATES": {
        "on_time": "按期",
        "late": "逾期报送",
        "partial": "部分报送",
        "missing": "逾期未报",
    },
    "TASK_STATES": {"done": "已完成", "under_way": "进行中", "not_done": "未开展"},
    "SEVERITIES": {"error": "错误", "warning": "警告", "info": "提示"},
}
# What the reason of a verdict must say, and what it must not.
REASONS = {
    "held_at_zero": ("对比年度为0 保持为0", "有发生 升"),
    "rise_from_zero": ("对比年度为0 有发生", "保持"),
    "not_below_zero": ("保持为0 不低于", "有发生"),
    "zero_baseline": ("对比年度为0 不作判定", "有发生"),
    "not_reported": ("当年 未报送", "对比年度 有误"),
    "not_due": ("未到 报送期限", "对比年度 逾期 有误"),
    "withheld": ("当年 有误 未采用", "对比年度 未报送"),
    "incomplete": ("行业 未报送", "对比年度"),
    "cities_incomplete": ("市 未报送", "对比年度"),
    "baseline_not_reported": ("对比年度 未报送", "当年 有误"),
    "baseline_withheld": ("对比年度 有误 未采用", "当年 未报送"),
    "baseline_incomplete": ("对比年度 行业", "当年"),
    "baseline_cities_incomplete": ("对比年度 市", "当年"),
    "no_such_industry": ("无此行业", "对比年度 有此行业"),
    "no_such_industry_at_baseline": ("对比年度 无此行业", "有此行业"),
    "no_reported_cases": ("当年 无病例", "对比年度"),
    "no_reported_cases_at_baseline": ("对比年度 无病例", "当年"),
    "no_key_personnel": ("无重点岗位人员", "对比年度"),
    "not_below_baseline_year": ("低于上年 未低于基期", "不低于"),
    "only_more_reported": ("新发例数 未减少", "已减少"),
    "sum_of_cities": ("各市合计", "不能"),
}


@pytest.mark.parametrize("table", SAID)
def test_a_code_is_said_in_the_words_of_the_plan(table):
    said = getattr(vocabulary, table)
    assert {code: said[code] for code in SAID[table]} == SAID[table]
    if table != "UNITS":
        assert len({*said.values()}) == len(said), "two codes with one word cannot be told apart"


@pytest.mark.parametrize("code", vocabulary.REASONS)
def test_a_reason_says_which_year_and_what(code):
    must, must_not = REASONS[code]
    said = wording.reason_words(code)
    assert [part for part in must.split() if part not in said] == []
    assert [part for part in must_not.split() if part in said] == []


def test_every_status_of_a_verdict_has_a_word():
    assert {*VERDICTS} <= {*vocabulary.STATUSES}


def test_what_stands_behind_not_reported_has_a_word_of_its_own():
    assert {*vocabulary.SHOWN} <= {*VALUE_STATES, "cities_incomplete", "not_due"}
    assert {*vocabulary.SHOWN.values()} <= {*vocabulary.STATUSES} - {"not_reported"}


def test_synthetic_data_are_said_to_be_no_real_ones():
    assert "示例" in vocabulary.SYNTHETIC
    assert "非真实" in vocabulary.SYNTHETIC
