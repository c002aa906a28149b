"""datapackage.json: what it says of the CSV files is what their bytes and contracts say."""

import csv
import dataclasses
import io
import json
import re
from hashlib import sha256

import pandas as pd
import pytest

import gsyf_lib as gs
from gsyf_lib import frames
from gsyf_lib.documents.export import csv_bytes
from gsyf_lib.reports.datafiles import TYPES, data_package
from gsyf_lib.vocabulary import FIELDS

CONTRACTS = {"results.csv": frames.RESULTS, "findings.csv": frames.FINDINGS}
READERS = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": {"True": True, "False": False}.__getitem__,
    "date": pd.Timestamp,
}


@pytest.fixture(scope="module")
def files(plan, example) -> dict[str, bytes]:
    results = gs.assess(plan, example.observations, 2023)
    return {"results.csv": csv_bytes(results), "findings.csv": csv_bytes(example.findings)}


@pytest.fixture(scope="module")
def package(judged, files) -> dict:
    return json.loads(data_package(judged, 2023, files))


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_it_has_what_version_1_of_the_specification_asks_for(package):
    assert package["profile"] == "tabular-data-package"
    assert re.fullmatch(r"[-a-z0-9._/]+", package["name"])
    for resource in package["resources"]:
        assert resource["profile"] == "tabular-data-resource"
        assert re.fullmatch(r"[-a-z0-9._/]+", resource["name"])
        assert not resource["path"].startswith(("/", "."))
        assert resource["schema"]["missingValues"] == [""]


def test_size_and_hash_are_those_of_the_files(package, files):
    for resource in package["resources"]:
        content = files[resource["path"]]
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{sha256(content).hexdigest()}"


def test_the_fields_are_the_contract_of_the_frame(package):
    for resource in package["resources"]:
        contract = CONTRACTS[resource["path"]]
        fields = resource["schema"]["fields"]
        told = [(f["name"], f["type"], "unit" in f) for f in fields]
        assert told == [
            (c.name, TYPES[c.dtype], c.unit != "") for c in contract.columns if c.exported
        ]
        assert resource["schema"].get("primaryKey", []) == list(contract.key)
    assert [r["path"] for r in package["resources"]] == list(CONTRACTS)


def test_every_column_has_a_title_and_a_meaning_in_chinese_and_the_head_is_that_of_the_file(
    package, files
):
    for resource in package["resources"]:
        fields = resource["schema"]["fields"]
        head = files[resource["path"]].decode("utf-8-sig").partition("\n")[0]
        assert head == ",".join(field["name"] for field in fields)
        assert len({field["title"] for field in fields}) == len(fields)
        for field in fields:
            for said in (field["title"], field["description"], field.get("unit", "一")):
                assert re.search("[一-鿿]", said), field["name"]
    assert set(FIELDS) >= {
        name
        for contract in CONTRACTS.values()
        for c in contract.columns
        if c.exported
        for name in [c.name]
    }


def test_every_code_of_the_results_is_explained(package, files):
    fields = {field["name"]: field for field in package["resources"][0]["schema"]["fields"]}
    rows = rows_of(files["results.csv"])
    for name in ("level", "indicator", "rule", "status", "outlook"):
        assert {row[name] for row in rows} - {""} <= set(
            re.findall("[a-z_]+", fields[name]["description"])
        )


def test_every_cell_can_be_read_as_its_field_says(package, files):
    for resource in package["resources"]:
        fields = {field["name"]: field for field in resource["schema"]["fields"]}
        rows = rows_of(files[resource["path"]])
        assert rows
        for row in rows:
            assert list(row) == list(fields)
            for name, cell in row.items():
                if cell or fields[name].get("constraints"):
                    READERS[fields[name]["type"]](cell)


def test_the_primary_key_names_one_row(package, files):
    schema = package["resources"][0]["schema"]
    keys = [
        tuple(row[name] for name in schema["primaryKey"]) for row in rows_of(files["results.csv"])
    ]
    assert len(set(keys)) == len(keys)


def test_synthetic_data_are_called_so_and_real_ones_are_not(plan, example, files):
    real = dataclasses.replace(example, synthetic=False)
    told = {
        s.synthetic: json.loads(data_package(gs.JudgedPlan(plan, s), 2023, files))
        for s in (example, real)
    }
    assert told[True]["synthetic"] is True
    assert "示例数据（非真实）" in told[True]["title"]
    assert all("示例数据（非真实）" in each["title"] for each in told[True]["resources"])
    assert told[False]["synthetic"] is False
    assert "示例" not in told[False]["title"]


def test_no_licence_is_made_up(package):
    assert "licenses" not in package
    assert "未声明许可" in package["description"]


def test_the_same_inputs_give_the_same_bytes(judged, files):
    first, second = (data_package(judged, 2023, dict(files)) for _ in range(2))
    assert first == second
