"""A notebook that would not take its parameters is refused before anything starts."""

import json

import pytest

from gsyf_lib.errors import PlanError
from gsyf_lib.reports.jobs import check_parameters, parameter_names
from gsyf_lib.reports.provenance import NOTEBOOKS, notebook_path

GIVEN = {"area": "太原市", "year": 2023, "as_of": None}


def notebook(*sources: str, tag: str = "parameters") -> dict:
    cells = [{"source": source, "metadata": {"tags": [tag]}} for source in sources]
    return {"cells": [{"source": "1", "metadata": {}}, *cells]}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_our_notebooks_take_their_five_parameters(name):
    stored = json.loads(notebook_path(name).read_bytes())
    subject = "department" if name == "department_report" else "area"
    assert parameter_names(stored, name) == [subject, "year", "data", "as_of", "edition"]
    check_parameters(stored, name, {subject: "太原市", "year": 2023, "as_of": None})


def test_a_name_the_notebook_does_not_know_is_refused():
    with pytest.raises(PlanError, match="没有参数 as_of。它的参数有：area、year"):
        check_parameters(notebook("area = None\nyear = 2023"), "x", GIVEN)


def test_a_name_that_is_code_is_refused():
    with pytest.raises(PlanError, match="没有参数"):
        check_parameters(notebook("area = None"), "x", {"area = 1; import os": 1})


@pytest.mark.parametrize("sources", [(), ("area = None", "year = 1")])
def test_there_is_exactly_one_parameters_cell(sources):
    with pytest.raises(PlanError, match=f"现有{len(sources)}个"):
        check_parameters(notebook(*sources), "x", GIVEN)


@pytest.mark.parametrize(
    "source", ["area = open('x')", "import os", "area, year = 1, 2", "area =", "print(1)"]
)
def test_the_parameters_cell_holds_plain_values_only(source):
    with pytest.raises(PlanError, match="只能写"):
        check_parameters(notebook(source), "x", {})
