"""Whether a run has anything to do: only what was asked for, made from these inputs, is done."""

import shutil
from hashlib import sha256
from pathlib import Path

import pytest
from test_manifest import PAGES, manifest

from gsyf_lib.reports.inputs import hash_inputs
from gsyf_lib.reports.manifest import PageRecord
from gsyf_lib.reports.provenance import Makers, makers
from gsyf_lib.reports.request import Request
from gsyf_lib.reports.run import unchanged

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture
def done(tmp_path: Path) -> Request:
    """A request of 2023 that is fulfilled: its folder, its manifest, the pages of two cities."""
    shutil.copytree(DATA, tmp_path / "data", ignore=shutil.ignore_patterns("example"))
    return written(Request(tmp_path / "data", 2023, out=tmp_path / "2023"))


def written(request: Request, **changes: object) -> Request:
    by = makers()
    facts = {"code": by.code, "notebooks": by.notebooks, "versions": by.versions}
    facts["inputs"] = hash_inputs(request.data, request.as_of)
    facts["pages"] = {"140100": PageRecord("k"), "140200": PageRecord("k")}
    facts["outputs"] = {name: sha256(content).hexdigest() for name, content in PAGES.items()}
    for name, content in PAGES.items():
        path = request.folder(2023) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (request.folder(2023) / "manifest.json").write_bytes(manifest(**facts | changes).to_bytes())
    return request


def asked(done: Request, **changes: object) -> bool:
    """Tell whether nothing is to be done for the request, asked otherwise."""
    return (
        unchanged(Request(**{"data": done.data, "year": 2023, "out": done.out} | changes))
        is not None
    )


def test_what_is_fulfilled_is_not_made_again_unless_forced(done):
    assert asked(done)
    assert asked(done, areas=("太原", "140200", "大同市"))
    assert not asked(done, force=True)


def test_another_day_asked_for_is_another_request_though_the_same_files_answer_it(done):
    assert hash_inputs(done.data, "2099-01-01") == hash_inputs(done.data, None)
    assert not asked(done, as_of="2099-01-01")


def test_another_year_is_another_request(done):
    assert not asked(done, year=2024)


@pytest.mark.parametrize("state", ["stale", "failed", "missing"])
def test_a_page_that_is_not_current_is_made_if_it_is_asked_for(done, state):
    written(done, pages={"140100": PageRecord("k"), "140200": PageRecord("k", state=state)})
    assert not asked(done)
    assert not asked(done, areas=("大同",))
    assert asked(done, areas=("太原",))


@pytest.mark.parametrize("field", ["code", "notebooks", "versions", "inputs"])
def test_what_was_made_from_or_by_something_else_is_made_anew(done, field):
    written(done, **{field: "x" if field == "code" else {"x": "0"}})
    assert not asked(done)


MADE_FROM = {
    "code": "a",
    "notebooks": {"city_report": "b"},
    "versions": {"pandas": "2"},
    "inputs": {"plan.toml": "c"},
    "as_of": "2024-03-01",
}


def key(code: str, notebooks: dict, versions: dict, inputs: dict, as_of: str | None) -> str:
    return Makers(code, notebooks, versions).key(inputs, as_of)


@pytest.mark.parametrize(
    "other",
    [
        {"code": "other"},
        {"notebooks": {"city_report": "other"}},
        {"versions": {"pandas": "3"}},
        {"inputs": {"plan.toml": "other"}},
        {"inputs": {}},
        {"as_of": "2024-03-02"},
        {"as_of": None},
    ],
)
def test_a_page_counts_as_made_from_the_same_only_if_nothing_at_all_was_another(other):
    assert key(**MADE_FROM) == key(**MADE_FROM)
    assert key(**MADE_FROM | other) != key(**MADE_FROM)


def test_an_edited_page_is_made_anew(done):
    (done.folder(2023) / "index.html").write_bytes(b"edited")
    assert not asked(done)


def test_a_name_of_two_areas_is_no_page(done):
    """Which one is meant is asked where the plan is read."""
    path = done.data / "codes" / "areas.csv"
    text = path.read_text("utf-8-sig")
    path.write_text(text.replace(",太原市,太原,", ",太原市,大同,"), "utf-8-sig")
    written(done)
    assert not asked(done, areas=("大同",))
    assert asked(done, areas=("140200",))
