"""A benchmark's page, and ``README.md``, which sums up all of them."""

import re
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def write_page(name: str, page: str) -> None:
    """Print a page, write it as ``<name>.md``, and write the summary anew."""
    sys.stdout.write(page)
    (FOLDER / f"{name}.md").write_text(page, encoding="utf-8")
    (FOLDER / "README.md").write_text(summary(FOLDER), encoding="utf-8")


def summary(folder: Path) -> str:
    """Return the title of every page, what is bold on it, and the machine it was measured on."""
    lines = ["# Benchmarks"]
    for path in sorted(folder.glob("*.md")):
        page = path.read_text("utf-8")
        if path.name != "README.md":
            lines += ["", f"## [{page.splitlines()[0].removeprefix('# ')}]({path.name})"]
            lines += [f"- {said}" for said in re.findall(r"\*\*((?:Met|Missed).*?)\*\*", page)]
            lines += ["", *re.findall(r"^Machine: .*", page, re.MULTILINE)]
    return "\n".join([*lines, "", "Written by `make bench`.", ""])
