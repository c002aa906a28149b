"""Measures the code of ``gsyf_lib``: ``python -m tools.measure_house`` (make house).

Prints a table in Markdown. ``--write`` puts it into docs/architecture.md, between the two marks;
``--tree DIR`` measures another checkout.
"""

import argparse
import ast
import io
import re
import statistics
import sys
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = "gsyf_lib"
START, END = "<!-- measured: make house -->", "<!-- end of what is measured -->"
FACADE = ("__init__", "__main__")
LONGEST = 5
# Comments for a tool, which explain nothing to a reader.
FOR_TOOLS = re.compile(r"#\s*(noqa|type:|fmt:|pragma|ruff:|mypy:)")
# A line that has only such tokens holds no code.
LAYOUT = {
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
    tokenize.ENCODING,
    tokenize.COMMENT,
}
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One file of the package: its dotted name without ``gsyf_lib``, and its text."""

    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.text)

    @property
    def lines(self) -> list[str]:
        """Its lines, blank ones too."""
        return self.text.splitlines()

    @cached_property
    def tokens(self) -> list[tokenize.TokenInfo]:
        """Its tokens, comments included: the syntax tree has none."""
        return list(tokenize.generate_tokens(io.StringIO(self.text).readline))

    @property
    def comment_lines(self) -> int:
        """How many lines have a comment, alone or behind code; those for tools do not count."""
        comments = (token.string for token in self.tokens if token.type == tokenize.COMMENT)
        return sum(not FOR_TOOLS.match(comment) for comment in comments)

    @property
    def code_lines(self) -> int:
        """How many lines hold code: not blank, not only a comment, not part of a docstring."""
        written = {
            number
            for token in self.tokens
            if token.type not in LAYOUT
            # A string may go over several lines.
            for number in range(token.start[0], token.end[0] + 1)
        }
        return len(written - self.docstring_lines)

    @property
    def docstring_lines(self) -> set[int]:
        """The numbers of the lines of all docstrings."""
        return {
            number
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Module | ast.ClassDef | Function)
            if (text := docstring(node)) is not None
            for number in spanned(text)
        }

    def functions(self) -> Iterator[tuple[int, str]]:
        """Yield each function's length in lines, its docstring left out, and its full name."""
        for node in ast.walk(self.tree):
            if isinstance(node, Function):
                text = docstring(node)
                documented = 0 if text is None else len(spanned(text))
                yield len(spanned(node)) - documented, f"{self.name}.{node.name}"


def docstring(node: ast.Module | ast.ClassDef | Function) -> ast.stmt | None:
    """Return the statement that documents a module, class or function."""
    first = node.body[0] if node.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return first if isinstance(first.value.value, str) else None
    return None


def spanned(node: ast.stmt) -> range:
    """Return the numbers of the lines that a statement takes."""
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def modules_of(tree: Path) -> dict[str, Module]:
    """Return the modules of a checkout by their names."""
    package = tree / PACKAGE
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__" or len(parts) == 1)
        found[name] = Module(name, path.read_text("utf-8"))
    return found


def without_types(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and those below it, without what only a type checker reads."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)):
            yield from without_types(child)


def imported(module: Module) -> Iterator[str]:
    """Yield the dotted names that a module imports, inside of functions too."""
    for node in without_types(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def arrows(modules: Mapping[str, Module]) -> dict[str, set[str]]:
    """Return which modules each one imports; the facade, which imports them all, is left out."""
    found: dict[str, set[str]] = {name: set() for name in modules if name not in FACADE}
    for name, seen in found.items():
        for dotted in imported(modules[name]):
            package, _, path = dotted.partition(".")
            parent = path.rpartition(".")[0]
            target = path if path in modules else parent
            if package == PACKAGE and target in found and target != name:
                seen.add(target)
    return found


def room(module: str) -> str:
    """Return the entry of the package that a module belongs to."""
    return module.partition(".")[0]


def arrows_of_rooms(arrows: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return which entries of the package each one imports."""
    found: dict[str, set[str]] = {room(name): set() for name in arrows}
    for name, others in arrows.items():
        found[room(name)] |= {room(other) for other in others} - {room(name)}
    return found


def longest_chain(arrows: Mapping[str, set[str]]) -> list[str]:
    """Return the longest list of names of which each imports the next; there must be no ring."""
    below: dict[str, list[str]] = {}
    for name in TopologicalSorter(arrows).static_order():  # imported modules come first
        chains = [below[other] for other in sorted(arrows[name])]
        below[name] = [name, *max(chains, key=len, default=[])]
    return max((below[name] for name in sorted(below)), key=len)


def measures(tree: Path) -> dict[str, str]:
    """Return the measures of a checkout by name, as they are printed."""
    modules = modules_of(tree)
    found = arrows(modules)
    return {
        "entries at the top of `gsyf_lib`": f"{len({room(name) for name in found})}",
        "floors of entries": chain_text(longest_chain(arrows_of_rooms(found))),
        "floors of modules": chain_text(longest_chain(found)),
        "files": f"{len(modules)}",
        **of_lines(list(modules.values())),
        **of_functions(list(modules.values())),
        **of_tests(tree),
    }


def chain_text(chain: Sequence[str]) -> str:
    """Return how long a chain of imports is, and the chain."""
    return f"{len(chain)} ({' → '.join(chain)})"


def of_lines(modules: Sequence[Module]) -> dict[str, str]:
    """Return how many lines there are, how long they are, and how many of them explain."""
    sizes = [len(module.lines) for module in modules]
    filled = [len(line) for module in modules for line in module.lines if line.strip()]
    comments = sum(module.comment_lines for module in modules)
    code = sum(module.code_lines for module in modules)
    return {
        "lines": f"{sum(sizes)}",
        "lines of a module, median and most": f"{statistics.median(sizes):.0f}, {max(sizes)}",
        "characters of a line that is not blank, mean": f"{statistics.mean(filled):.1f}",
        "lines with a comment per 100 lines of code": f"{100 * comments / code:.1f}",
    }


def of_functions(modules: Sequence[Module]) -> dict[str, str]:
    """Return how long functions are, their docstrings left out."""
    functions = [function for module in modules for function in module.functions()]
    lengths = [length for length, _ in functions]
    longest = sorted(functions, key=lambda function: (-function[0], function[1]))[:LONGEST]
    names = ", ".join(f"`{name}` {length}" for length, name in longest)
    return {
        "lines of a function, median": f"{statistics.median(lengths):.0f}",
        "lines of a function, most": f"{max(lengths)} ({names})",
    }


def of_tests(tree: Path) -> dict[str, str]:
    """Return how many files and lines the tests have."""
    files = sorted((tree / "tests").rglob("*.py"))
    lines = sum(len(path.read_text("utf-8").splitlines()) for path in files)
    return {"files of tests": f"{len(files)}", "lines of tests": f"{lines}"}


def as_markdown(found: Mapping[str, str]) -> str:
    """Return a table of two columns."""
    rows = [f"| {name} | {value} |" for name, value in found.items()]
    return "\n".join(["| measured | |", "| --- | --- |", *rows])


def printed(page: str) -> dict[str, str]:
    """Return the measures as the architecture page has them."""
    _, _, rest = page.partition(START)
    return dict(
        re.findall(r"^\| ([^|-][^|]*) \| ([^|]+) \|$", rest.partition(END)[0], re.MULTILINE)
    )


def replaced(page: str, table: str) -> str:
    """Return the architecture page with another table between its marks."""
    before, _, rest = page.partition(START)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"docs/architecture.md needs the two lines {START} and {END}")
    return f"{before}{START}\n{table}\n{END}{after}"


def main(arguments: list[str] | None = None) -> None:
    """Print the table, or write it into the architecture page of the checkout."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree", type=Path, default=ROOT, help="the checkout to count")
    parser.add_argument("--write", action="store_true", help="write into docs/architecture.md")
    options = parser.parse_args(arguments)
    table = as_markdown(measures(options.tree))
    sys.stdout.write(table + "\n")
    if options.write:
        page = options.tree / "docs" / "architecture.md"
        page.write_text(replaced(page.read_text("utf-8"), table), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
