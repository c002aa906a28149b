"""What the documents say is what the code does: columns, examples, findings, links, commands."""

import csv
import doctest
import importlib
import re
import tomllib
from pathlib import Path

import pytest

from gsyf_lib import frames
from gsyf_lib.cli.main import main
from gsyf_lib.plan.readings import ALLOWED
from gsyf_lib.vocabulary import FIELD_UNITS, FIELDS

ROOT = Path(__file__).parent.parent
DATA, DOCS = ROOT / "data", ROOT / "docs"
DOCUMENTS = sorted(
    [
        *ROOT.glob("*.md"),
        *DOCS.rglob("*.md"),
        DATA / "README.md",
        DATA / "README.zh-CN.md",
        ROOT / "reports" / "README.md",
    ]
)
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]


def read(path: Path) -> str:
    return path.read_text("utf-8")


def named(paths: list[Path]) -> list:
    return [pytest.param(path, id=path.relative_to(ROOT).as_posix()) for path in paths]


def escaped(text: str) -> str:
    return text.replace("|", r"\|")


def as_markdown(contract: frames.Contract) -> str:
    """Return the section of data/README.md that a contract asks for."""
    key = ", ".join(f"`{name}`" for name in contract.key) or "none"
    rows = [
        f"| `{c.name}` | {c.dtype} | {escaped(c.meaning)} | {c.unit} |" for c in contract.columns
    ]
    head = ["| column | dtype | meaning | unit |", "| --- | --- | --- | --- |"]
    title = [f"### {contract.name}", f"{contract.holds.capitalize()}. Key: {key}.", ""]
    return "\n".join([*title, *head, *rows])


@pytest.mark.parametrize("contract", frames.FRAMES, ids=lambda contract: contract.name)
def test_the_data_dictionary_says_what_the_frame_keeps(contract):
    assert as_markdown(contract) + "\n" in read(DATA / "README.md")


# The frames that an analyst meets, with what they hold.
IN_CHINESE = {
    frames.RESULTS: "判定结果：每个地区、每项年度目标一行（`judged.results`、`judged.history`）",
    frames.TREND: "逐年数据：同上，另有上年数和同比（`gs.trend`、`gs.compare_areas`）",
    frames.OUTLOOK: "进度预警：不属于判定结论（`judged.outlook`）",
    frames.CONTRIBUTIONS: "各行业和各市对全省变化的影响（`gs.contributions`）",
    frames.FUNNEL: "各市事故起数的比较（`gs.funnel`）",
    frames.OBSERVATIONS: "采用的数据：每个数一行，注明出处（`judged.submissions.observations`）",
    frames.FINDINGS: "数据质量问题：每个问题一行（`judged.submissions.findings`）",
    frames.TARGETS: "年度目标（`judged.plan.targets`）",
}


def in_chinese(contract: frames.Contract) -> str:
    """Return the section of data/README.zh-CN.md that a contract asks for."""
    rows = [
        f"| `{c.name}` | {title} | {escaped(meaning)} | {FIELD_UNITS.get(c.unit, '')} |"
        for c in contract.columns
        for title, meaning in [FIELDS[c.name]]
    ]
    head = ["| 列名 | 中文名称 | 含义 | 单位 |", "| --- | --- | --- | --- |"]
    return "\n".join([f"## {contract.name}", IN_CHINESE[contract] + "。", "", *head, *rows])


@pytest.mark.parametrize("contract", IN_CHINESE, ids=lambda contract: contract.name)
def test_the_chinese_data_dictionary_says_what_the_frame_keeps(contract):
    assert in_chinese(contract) + "\n" in read(DATA / "README.zh-CN.md")
    assert all(c.unit in FIELD_UNITS or not c.unit for c in contract.columns)


def headers() -> dict[str, list[str]]:
    tables = [*DATA.glob("*.csv"), *(DATA / "codes").glob("*.csv")]
    with_header = {}
    for path in tables:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            with_header[path.stem] = next(csv.reader(stream))
    return with_header


@pytest.mark.parametrize(("name", "columns"), headers().items(), ids=list(headers()))
def test_the_data_dictionary_has_every_column_of_every_csv(name, columns):
    _, _, rest = read(DATA / "README.md").partition(f"### {name}\n")
    section = rest.partition("\n### ")[0]
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == columns


def test_the_data_dictionary_names_every_file():
    files = [path.relative_to(DATA).as_posix() for path in DATA.rglob("*") if path.is_file()]
    submitted = ("raw/submissions/", "raw/example/")
    text = read(DATA / "README.md")
    for name in files:
        assert name.startswith(submitted) or f"`{name}`" in text, name


@pytest.mark.usefixtures("the_example_is_read_once")
@pytest.mark.parametrize("path", named(DOCUMENTS))
def test_the_examples_of_the_documents_run(path, monkeypatch):
    monkeypatch.chdir(ROOT)
    blocks = re.findall(r"^```python\n(.*?)^```$", read(path), re.DOTALL | re.MULTILINE)
    source = "\n\n".join(block for block in blocks if ">>>" in block)
    example = doctest.DocTestParser().get_doctest(source, {}, path.name, str(path), 0)
    told: list[str] = []
    assert not doctest.DocTestRunner().run(example, out=told.append).failed, "".join(told)


@pytest.mark.parametrize("path", named(DOCUMENTS))
def test_every_link_leads_somewhere(path):
    for target in re.findall(r"\]\(([^)\s]+)\)", read(path)):
        if not target.startswith(("http://", "https://")):
            name, _, heading = target.partition("#")
            linked = path.parent / name if name else path
            assert linked.exists(), target
            assert not heading or f"# {heading.replace('-', ' ')}" in read(linked).lower(), target


def code_of(path: Path) -> list[str]:
    """Return the lines of fenced blocks and the inline code of a document."""
    text = read(path)
    blocks = re.findall(r"^```\w*\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    return [line for block in blocks for line in block.splitlines()] + re.findall(
        r"`([^`\n]+)`", prose
    )


def options_of(command: str, capsys: pytest.CaptureFixture[str]) -> set[str]:
    """Return the options that ``gsyf <command> --help`` tells; the command has to exist."""
    with pytest.raises(SystemExit) as leaving:
        main([command, "--help"])
    told = capsys.readouterr()
    assert leaving.value.code == 0, told.err
    return set(re.findall(r"--[a-z][a-z-]*", told.out))


def commands_of(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return the commands that ``gsyf --help`` tells."""
    with pytest.raises(SystemExit):
        main(["--help"])
    return re.findall(r"^    ([a-z]+)(?=\s)", capsys.readouterr().out, re.MULTILINE)


@pytest.mark.parametrize("path", named(DOCUMENTS))
def test_only_commands_and_options_that_exist_are_named(path, capsys):
    every = {o for command in commands_of(capsys) for o in options_of(command, capsys)}
    for line in code_of(path):
        if not re.search(r"\b(pip|conda|uv|systemctl|journalctl|dask)\b", line):
            assert set(re.findall(r"--[a-z][a-z-]*", line)) <= every | {"--help", "--version"}, line
        for command, rest in re.findall(r"(?:\bgsyf|-m gsyf_lib) ([a-z]+)([^#|>;]*)", line):
            named_options = set(re.findall(r"--[a-z][a-z-]*", rest))
            assert named_options <= options_of(command, capsys), line


@pytest.mark.parametrize("path", named(DOCUMENTS))
def test_only_make_targets_that_exist_are_named(path):
    targets = set(re.findall(r"^([a-z]+):", read(ROOT / "Makefile"), re.MULTILINE))
    for line in code_of(path):
        assert set(re.findall(r"\bmake ([a-z]+)", line)) <= targets, line


@pytest.mark.parametrize("path", named(READMES))
def test_the_readmes_name_every_command_and_exit_code_in_use(path, capsys):
    text = read(path)
    commands = commands_of(capsys)
    assert len(commands) >= 5
    for command in commands:
        assert f"gsyf {command}" in text
    for code in (0, 1, 2, 3, 4, 5, 75):
        assert f"\n| {code} |" in text


def test_both_readmes_have_the_same_sections_and_commands():
    english, chinese = (read(path) for path in READMES)
    assert english.count("\n## ") == chinese.count("\n## ")
    assert re.findall(r"^\$ ?.*|^gsyf .*", english) == re.findall(r"^\$ ?.*|^gsyf .*", chinese)


def test_every_reading_has_a_row_and_every_switch_its_values():
    text = read(DOCS / "readings.md")
    numbers = [int(number) for number in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)]
    assert numbers == list(range(1, 21))
    for name, values in ALLOWED.items():
        for value in values:
            assert re.search(rf"^\|.*`{name}`.*`{value}`", text, re.MULTILINE), (name, value)


@pytest.mark.parametrize("path", named([DOCS / "readings.md", DOCS / "methods.md"]))
def test_every_function_named_exists(path):
    rooms = {entry.stem for entry in (ROOT / "gsyf_lib").iterdir()}
    pairs = re.findall(r"`([a-z_]+(?:\.[a-z_]+)*)\.(?!toml`|csv`)([a-z_]+)`", read(path))
    found = [(module, name) for module, name in pairs if module.partition(".")[0] in rooms]
    assert found
    for module, name in found:
        assert hasattr(importlib.import_module(f"gsyf_lib.{module}"), name), f"{module}.{name}"


def test_the_decision_on_dependencies_gives_a_reason_for_each():
    project = tomllib.loads(read(ROOT / "pyproject.toml"))["project"]
    listed = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    reasons = re.findall(
        r"^\| `([^`]+)` \|", read(DOCS / "decisions" / "0003-dependencies.md"), re.MULTILINE
    )
    assert sorted(reasons) == sorted(listed)
