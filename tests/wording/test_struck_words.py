"""Words that officials strike out are nowhere in what they read."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "gsyf_lib"
# What is struck out (a regular expression), and what stands in its place.
STRUCK = {
    "富余": "低于控制目标、超额（培训人数）",
    "还差": "差…人",
    "超出\\{": "超控制目标…",
    "恰好达": "达标（上限…）、等于控制目标",
    "至多\\{|至少\\{\\w+\\}人": "…以内、不少于…人",
    "达标界限": "控制目标",
    "余量": "与目标之差",
    "两项均降": "均下降",
    '不能判定|无法计算(?!）|")': "无法判定",
    "没有一项|没有一个|没有可以": "各项…均",
    "不是降下来的": "基期和本年均为零",
    "虽合乎进度|降得更快|须防止反弹|又会超出": "目前进度符合要求，…需加大力度／巩固成果",
    "须先扭转|今后每年须再": "需扭转态势、年均需再减少",
    "宜加大力度": "请××部门加大工作力度",
    "结果可以不一|说明不了|没有意义|推算不是预测": "可能不一致、数据年份较少、不列示、仅供参考",
    "没有目标数值": "未设量化目标",
    "各市相加|差额持平|完全一致": "各市合计",
    "没有发现|没有更正": "未发现、无更正数据",
    "由较晚的报送更正": "经报送单位更正",
    "(?:未达标|进行中|未开展)的是": "未达标的目标：…、…的有…",
    "升降多为偶然": "年度间升降带有偶然性",
    "没有逾期报送": "已报送的均未逾期",
    "报表\\{[^}]*\\}张|报表\\d*张|\\}张报表": "份",
    "注意：|请同时看": "需要说明的是、应结合两项例数分析",
    "如真实水平|风险未变时": "偶然达标的可能性",
    "区间：最[好差]": "95%区间：下限、上限",
    "偶然性即可解释|据此分高下": "属偶然波动范围，不宜据此评价优劣",
    "由谁负责": "未达标目标、差距及责任部门",
    "工作任务进展": "工作任务完成情况",
    "”不认识": "无法识别",
    "内容却是": "文件名与内容不一致",
    "来源可疑": "（删去）",
    "已收齐\\{whole": "应报…个地区，报齐…个",
}


def shown() -> Iterator[tuple[str, str]]:
    """Yield every text that can be shown, with the file it stands in."""
    for path in sorted(PACKAGE.rglob("*.py")):
        yield from ((path.name, text) for text in literals(ast.parse(path.read_text("utf-8"))))
    for path in sorted([*PACKAGE.rglob("*.toml"), *PACKAGE.rglob("*.j2")]):
        yield from ((path.name, line) for line in path.read_text("utf-8").splitlines())
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_bytes())["cells"]
        yield from (
            (path.name, "".join(c["source"])) for c in cells if c["cell_type"] == "markdown"
        )


def literals(tree: ast.Module) -> Iterator[str]:
    """Yield the texts of a module, a name in braces for what is put into them; no docstrings."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    told = {id(node.body[0].value) for node in ast.walk(tree) if isinstance(node, documented)
            and node.body and isinstance(node.body[0], ast.Expr)}  # fmt: skip
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)
              for part in ast.walk(node) if part is not node}  # fmt: skip
    for node in ast.walk(tree):
        if id(node) in told | inside:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield ast.unparse(node)


@pytest.fixture(scope="module")
def texts() -> list[tuple[str, str]]:
    found = list(shown())
    assert len(found) > 2000
    return found


@pytest.mark.parametrize("struck", STRUCK)
def test_a_word_that_officials_strike_out_is_nowhere(texts, struck):
    found = [(name, text) for name, text in texts if re.search(struck, text)]
    assert found == [], f"改为：{STRUCK[struck]}"
