"""The parameters of a notebook, checked before anything starts.

papermill runs a mistyped parameter as a line of code that changes nothing, and a notebook without
a ``parameters`` cell overwrites what it is given.
"""

import ast
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from gsyf_lib.errors import PlanError


def _is_day(value: Any) -> bool:
    try:
        return value is None or date.fromisoformat(value).isoformat() == value
    except (TypeError, ValueError):
        return False


SCHEMA: Mapping[str, Callable[[Any], bool]] = {
    "area": lambda value: value is None or (isinstance(value, str) and value != ""),
    "department": lambda value: isinstance(value, str) and value != "",
    "year": lambda value: type(value) is int,
    "data": lambda value: value is None or isinstance(value, str),
    "as_of": _is_day,
    "edition": lambda value: value in ("internal",),
}


def check_parameters(notebook: Mapping[str, Any], name: str, given: Mapping[str, Any]) -> None:
    """Refuse a notebook that would not take what it is given.

    Parameters
    ----------
    notebook : as stored, in nbformat 4
    name : its name, for the message
    given : the parameters

    Raises
    ------
    PlanError
        There is not exactly one ``parameters`` cell, it does not name a parameter, or a value is
        not of the parameter's kind.
    """
    known = parameter_names(notebook, name)
    for parameter, value in given.items():
        if parameter not in known or parameter not in SCHEMA:
            raise PlanError(
                f"笔记本 {name}.ipynb 没有参数 {parameter}。它的参数有：{'、'.join(known)}"
            )
        if not SCHEMA[parameter](value):
            raise PlanError(f"笔记本 {name}.ipynb 的参数 {parameter} 不能是 {value!r}")


def parameter_names(notebook: Mapping[str, Any], name: str) -> list[str]:
    """Return the names that the ``parameters`` cell assigns a plain value to.

    Raises
    ------
    PlanError
        There is no such cell, there are several, or it holds anything else.
    """
    cells = [
        "".join(cell["source"])
        for cell in notebook["cells"]
        if "parameters" in cell["metadata"].get("tags", ())
    ]
    if len(cells) != 1:
        raise PlanError(
            f"笔记本 {name}.ipynb 应有一个标签为 parameters 的单元格，现有{len(cells)}个"
        )
    try:
        return [_assigned(line) for line in ast.parse(cells[0]).body]
    except (SyntaxError, ValueError) as error:
        raise PlanError(
            f"笔记本 {name}.ipynb 的 parameters 单元格只能写“名称 = 值”：{error}"
        ) from None


def _assigned(line: ast.stmt) -> str:
    """Return the name that a line assigns a literal to."""
    if not isinstance(line, ast.Assign) or not isinstance(line.targets[0], ast.Name):
        raise ValueError(ast.unparse(line))
    ast.literal_eval(line.value)
    return line.targets[0].id
