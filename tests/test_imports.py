"""Who may import whom (docs/architecture.md): no arrow upward, no ring, every tool in its room."""

import ast
import re
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

from gsyf_lib.plan.annexes import read_annexes

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "gsyf_lib"
FACADE = ("__init__", "__main__", "page")


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__" or len(parts) == 1)


TREES = {module_name(path): ast.parse(path.read_text("utf-8")) for path in PACKAGE.rglob("*.py")}


def imported(tree: ast.Module) -> set[str]:
    """Return what a module imports, inside of functions too, as dotted names."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def own_modules(tree: ast.Module) -> set[str]:
    """Return the modules of this package that a module imports; the facade is ``__init__``."""
    found = set()
    for name in imported(tree):
        package, _, path = name.partition(".")
        if package == "gsyf_lib":
            parent = path.rpartition(".")[0]
            found.add(path if path in TREES else parent if parent in TREES else "__init__")
    return found


def layers() -> list[list[str]]:
    """Return the layers as the architecture page lists them, lowest first."""
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    block = re.search(r"## Who may import whom.*?```\n(.*?)```", text, re.DOTALL)
    assert block is not None
    return [line.split() for line in block[1].splitlines()]


def room(module: str) -> str:
    return module.partition(".")[0]


def test_every_module_has_its_place_on_the_architecture_page():
    listed = [name for layer in layers() for name in layer]
    assert sorted(listed) == sorted({room(name) for name in TREES if name not in FACADE})


@pytest.mark.parametrize("module", sorted(name for name in TREES if name not in FACADE))
def test_a_module_imports_only_from_layers_below(module):
    floor = {name: number for number, layer in enumerate(layers()) for name in layer}
    for other in own_modules(TREES[module]):
        if other == "__init__":
            assert room(module) == "cli" or module == "reports.preload", "see the facade"
        elif room(other) != room(module):
            assert floor[room(other)] < floor[room(module)], f"{module} → {other}"


@pytest.mark.parametrize("door", ["plan", "submissions", "assessment"])
def test_other_rooms_come_in_by_the_door(door):
    shown = set(import_module(f"gsyf_lib.{door}").__all__)
    # Workbooks to fill in and to give back need libraries that nobody else loads.
    allowed = {door, "submissions.collect", *(f"{door}.{name}" for name in shown)}
    for module, tree in TREES.items():
        if room(module) != door and module not in FACADE:
            others = {other for other in own_modules(tree) if room(other) == door}
            assert others <= allowed, module


def test_there_is_no_ring_of_imports():
    arrows = {name: own_modules(tree) - {name} for name, tree in TREES.items()}
    assert len(list(TopologicalSorter(arrows).static_order())) == len(TREES)


@pytest.mark.parametrize(
    ("library", "homes"),
    [
        ("matplotlib", {"charts"}),
        ("matplotlib.pyplot", set()),
        ("papermill", {"processes", "reports"}),
        ("nbconvert", {"reports"}),
        ("scipy", {"assessment"}),
        ("openpyxl", {"submissions"}),
        ("xlsxwriter", {"documents", "reports", "submissions"}),
        ("olefile", {"submissions"}),
        ("python_calamine", {"submissions"}),
        ("ipywidgets", {"charts"}),
    ],
)
def test_a_library_stays_in_its_room(library, homes):
    users = {
        room(module)
        for module, tree in TREES.items()
        if any(f"{name}.".startswith(f"{library}.") for name in imported(tree))
    }
    assert users == homes


def test_the_example_stands_outside_the_library():
    users = {
        name for name, tree in TREES.items() if any("gsyf_example" in n for n in imported(tree))
    }
    assert users == {"cli.commands"}


COMMANDS = sorted(name for name in TREES if room(name) == "cli")


@pytest.mark.parametrize("module", COMMANDS)
def test_the_command_imports_nothing_heavy_before_it_is_asked(module):
    top = [node for node in TREES[module].body if isinstance(node, (ast.Import, ast.ImportFrom))]
    light = (
        "argparse",
        "atexit",
        "collections",
        "contextlib",
        "datetime",
        "errno",
        "gc",
        "io",
        "os",
        "pathlib",
        "re",
        "sys",
        "time",
        "typing",
    )
    own = ("gsyf_lib.cli", "gsyf_lib.errors", "gsyf_lib.vocabulary")
    for name in imported(ast.Module(top, type_ignores=[])):
        assert name.startswith(own) or room(name) in light, name


def texts(tree: ast.Module) -> list[str]:
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return [node.value for node in nodes if isinstance(node.value, str)]


def test_only_targets_knows_how_clauses_read():
    readers = {name for name, tree in TREES.items() if "plan.annexes" in own_modules(tree)}
    assert {name.rpartition(".")[0] for name in readers} <= {"plan", "plan.clauses"}
    annexes = read_annexes(ROOT / "data" / "raw" / "annexes.txt")
    cells = [cell for row in annexes.yearly_table.rows for cell in row.values()]
    clauses = {clause for cell in cells for clause in cell.items} | {*annexes.goals_table.header}
    short = {"行业名称", "责任部门", "尘肺病报告比例"}
    for module, tree in TREES.items():
        if not module.startswith("plan.clauses"):
            for text in texts(tree):
                assert not {c for c in clauses - short if c in text}, (module, text)


def test_no_public_name_is_that_of_a_module():
    """Importing a module sets its name on the package, over the function of the same name."""
    import gsyf_lib

    assert not set(gsyf_lib.__all__) & {room(name) for name in TREES}
