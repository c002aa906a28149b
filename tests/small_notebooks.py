"""Notebooks of a few cells, so that a whole run takes seconds; what goes wrong is put into one."""

from pathlib import Path

from nbformat import v4, write

from gsyf_lib.reports.provenance import NOTEBOOKS

PARAMETERS = 'area = None\nyear = 2023\ndata = None\nas_of = None\nedition = "internal"'
LOAD = """import gsyf_lib as gs

judged = gs.judge(data, as_of)
plan, submissions, results = judged.plan, judged.submissions, judged.results(year)
gs.page.masthead(judged, area, year, edition)"""
SHOW = "gs.summary(results, area or plan.area)"


def write_notebooks(folder: Path, extra: str = "None", closing: str = "") -> Path:
    """Write the five notebooks; ``extra`` is the code of a cell in each of them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in NOTEBOOKS:
        of_department = name == "department_report"
        notebook = v4.new_notebook()
        notebook.metadata = {
            "kernelspec": {"name": "python3", "display_name": "", "language": "python"},
        }
        notebook.cells = [
            v4.new_code_cell(
                PARAMETERS.replace("area", "department") if of_department else PARAMETERS,
                metadata={"tags": ["parameters"]},
            ),
            v4.new_code_cell(f"area = None\n{LOAD}" if of_department else LOAD),
            v4.new_markdown_cell("## 结论"),
            v4.new_code_cell(SHOW),
            v4.new_code_cell(extra),
            v4.new_code_cell(closing or "gs.page.closing(judged, results)"),
        ]
        for number, cell in enumerate(notebook.cells):
            cell.id = f"{name}-{number}"
        write(notebook, folder / f"{name}.ipynb")
    return folder


def in_city(code: str, city: str = "大同市") -> str:
    """Return code that runs in one city's notebook only."""
    return "\n".join([f"if area == {city!r}:", *(f"    {line}" for line in code.splitlines())])
