"""Up to date means up to date: what changed is made anew, the rest is kept, all is hashed again."""

import resource
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from quick_runs import no_notebooks, read_once
from small_notebooks import write_notebooks

from gsyf_lib.errors import UsageError
from gsyf_lib.reports import batch, provenance
from gsyf_lib.reports.manifest import Manifest, read_manifest
from gsyf_lib.reports.request import Request
from gsyf_lib.reports.run import report

DATA = Path(__file__).parents[2] / "data"
CITIES = {f"14{n:02}00" for n in range(1, 12)}
OVERVIEWS = {
    "baseline_declines", "coverage_trajectories",
    "department_emergency_management", "department_housing_construction",
    "department_transport", "department_health",
}  # fmt: skip
EVERYTHING = CITIES | OVERVIEWS | {"140000"}
# Every city has its page though it handed in nothing; fewer files are read in less time.
LEFT_OUT = (
    "阳泉市_*",
    "长治市_*",
    "晋城市_*",
    "朔州市_*",
    "晋中市_*",
    "运城市_*",
    "忻州市_*",
    "临汾市_*",
)


def patch(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    monkeypatch.setattr(provenance, "NOTEBOOK_FOLDERS", (place / "notebooks",))
    no_notebooks(monkeypatch)
    read_once(monkeypatch)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan folder, notebooks, and a report folder made from them without kernels."""
    place = tmp_path_factory.mktemp("base")
    shutil.copytree(DATA, place / "data", ignore=shutil.ignore_patterns("annexes.txt", *LEFT_OUT))
    write_notebooks(place / "notebooks")
    with pytest.MonkeyPatch.context() as monkeypatch:
        patch(monkeypatch, place)
        assert made(place / "data", place / "2023") == EVERYTHING
    return place


@pytest.fixture
def quick(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of all that, which may be changed."""
    shutil.copytree(base, tmp_path, dirs_exist_ok=True)
    patch(monkeypatch, tmp_path)
    return tmp_path


def manifest(folder: Path) -> Manifest:
    found = read_manifest(folder)
    assert found is not None
    return found


def made(data: Path, out: Path, **asked: object) -> set[str]:
    """Run, and return the names of the pages that were made anew."""
    before = read_manifest(out)
    told: list[str] = []
    report(Request(**{"data": data, "year": 2023, "out": out} | asked), told.append)
    titles = [line.partition("] ")[2].partition("：")[0] for line in told if line.startswith("[")]
    assert told[-4] == f"  生成：{len(titles)}页"
    pages = manifest(out).pages
    if before is None or len(titles) == len(pages):
        return set(pages) if titles else set()
    return {name for name, page in pages.items() if page != before.pages.get(name)}


def test_a_second_run_makes_nothing_and_writes_nothing(quick):
    times = {path: path.stat().st_mtime_ns for path in (quick / "2023").rglob("*")}
    assert made(quick / "data", quick / "2023") == set()
    assert {path: path.stat().st_mtime_ns for path in (quick / "2023").rglob("*")} == times


def test_force_makes_everything(quick):
    assert made(quick / "data", quick / "2023", force=True) == EVERYTHING


def change_datong(data: Path) -> None:
    """Raise one of Datong's figures of 2023 by one, in the file that was handed in."""
    path = next((data / "raw" / "example").glob("*/大同市_住房和城乡建设部门*2023年.csv"))
    rows, _, last = path.read_bytes().rstrip().rpartition(b",")
    path.write_bytes(b"%b,%d\r\n" % (rows, int(last) + 1))


def test_a_changed_file_of_one_city_makes_everything(quick):
    change_datong(quick / "data")
    assert made(quick / "data", quick / "2023") == EVERYTHING


def test_a_day_on_which_only_the_same_came_again_changes_what_every_page_says_it_is_as_of(quick):
    example = quick / "data" / "raw" / "example"
    again = next(example.glob("*/大同市_住房和城乡建设部门*2023年.csv"))
    (example / "2026-05-06").mkdir()
    shutil.copy(again, example / "2026-05-06")
    assert made(quick / "data", quick / "2023") == EVERYTHING
    assert {page.as_of for page in manifest(quick / "2023").pages.values()} == {"2026-05-06"}
    assert "2026年5月6日" in (quick / "2023" / "index.html").read_text("utf-8")


def test_a_day_after_the_one_asked_for_changes_nothing(quick):
    day = {"as_of": "2024-03-01"}
    assert made(quick / "data", quick / "2023", **day) == EVERYTHING
    example = quick / "data" / "raw" / "example"
    shutil.copytree(next(example.glob("2024-*")), example / "2026-05-06")
    assert made(quick / "data", quick / "2023", **day) == set()


def test_a_changed_notebook_makes_everything(quick):
    path = quick / "notebooks" / "city_report.ipynb"
    path.write_text(path.read_text("utf-8").replace("结论", "总的结论"), "utf-8")
    assert made(quick / "data", quick / "2023") == EVERYTHING


def test_a_changed_plan_makes_everything(quick):
    path = quick / "data" / "plan.toml"
    path.write_text(path.read_text("utf-8").replace('"held_at_zero"', '"undefined"', 1), "utf-8")
    assert made(quick / "data", quick / "2023") == EVERYTHING


@pytest.mark.parametrize("change", [{"code": "other"}, {"versions": {"pandas": "99"}}])
def test_other_code_and_other_packages_make_everything(quick, monkeypatch, change):
    other = replace(provenance.makers(), **change)
    monkeypatch.setattr(batch, "makers", lambda _: other)
    monkeypatch.setattr("gsyf_lib.reports.run.makers", lambda: other)
    assert made(quick / "data", quick / "2023") == EVERYTHING


def test_every_source_of_the_package_is_part_of_the_code(tmp_path, monkeypatch):
    package = tmp_path / "gsyf_lib"
    shutil.copytree(provenance.PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(provenance, "PACKAGE", package)
    before = provenance.makers().code
    for name in ("charts/figure.py", "reports/template/style.css", "reports/template/page.html.j2"):
        path = package / name
        path.write_text(path.read_text("utf-8") + "\n", "utf-8")
        assert provenance.makers().code != before, name
        before = provenance.makers().code
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "x.pyc").write_bytes(b"x")
    assert provenance.makers().code == before


def test_the_versions_are_of_all_packages_that_ours_need():
    versions = provenance.makers().versions
    assert {"python", "pandas", "papermill", "mistune", "pyzmq"} <= set(versions)
    assert "gsyf" not in versions


@pytest.mark.parametrize("file", ["140200.html", "notebooks/140200.ipynb"])
def test_a_page_that_was_tampered_with_or_lost_is_made_anew(quick, file):
    good = (quick / "2023" / file).read_bytes()
    for spoil in (lambda path: path.write_bytes(good + b" "), Path.unlink):
        spoil(quick / "2023" / file)
        told: list[str] = []
        report(Request(quick / "data", 2023, out=quick / "2023"), told.append)
        assert told[-4:-2] == ["  生成：1页", f"  未变：{len(EVERYTHING) - 1}页"]
        assert (quick / "2023" / file).read_bytes() == good


def test_a_table_that_was_tampered_with_is_put_right(quick):
    path = quick / "2023" / "results.csv"
    good = path.read_bytes()
    path.write_bytes(good.replace(b"met", b"???"))
    assert made(quick / "data", quick / "2023") == set()
    assert path.read_bytes() == good


def test_pages_not_asked_for_are_kept_and_marked_when_they_are_older(quick):
    change_datong(quick / "data")
    made(quick / "data", quick / "2023", areas=("大同",))
    states = {name: page.state for name, page in manifest(quick / "2023").pages.items()}
    assert {name for name in states if states[name] == "stale"} == EVERYTHING - {"140200"}
    assert "</span> 未更新" in (quick / "2023" / "index.html").read_text("utf-8")
    assert made(quick / "data", quick / "2023") == EVERYTHING - {"140200"}
    assert "</span> 未更新" not in (quick / "2023" / "index.html").read_text("utf-8")


def test_pages_of_the_example_do_not_outlive_the_first_real_file(quick):
    real = quick / "data" / "raw" / "submissions"
    shutil.copytree(quick / "data" / "raw" / "example", real)
    report(Request(quick / "data", 2023, out=quick / "2023", areas=("太原",)), str)
    made = {path.name for path in (quick / "2023" / "notebooks").iterdir()}
    assert made == {"140100.ipynb"}
    assert b"140200" not in (quick / "2023" / "index.html").read_bytes()
    assert "本页尚未生成" in (quick / "2023" / "140200.html").read_text("utf-8")
    assert manifest(quick / "2023").pages["140200"].state == "missing"


def test_files_of_others_in_the_folder_are_left_alone(quick):
    (quick / "2023" / "批示.txt").write_text("阅", "utf-8")
    assert made(quick / "data", quick / "2023", force=True) == EVERYTHING
    assert (quick / "2023" / "批示.txt").exists()


def test_the_exit_code_of_an_unchanged_run_says_the_same(quick):
    for asked, code in (({}, 0), ({"strict": True}, 1), ({"require_complete": True}, 5)):
        for force in (True, False):
            request = Request(quick / "data", 2023, out=quick / "2023", force=force, **asked)
            assert report(request, str) == code


def test_the_year_not_given_is_found_from_an_earlier_run(quick):
    """Two years lie side by side; the latest is the one that the last run without a year made."""
    request = Request(quick / "data")
    for expected in (f"  生成：{len(EVERYTHING)}页", "  生成：0页"):
        told: list[str] = []
        assert report(request, told.append) == 0
        assert (Path(told[-5]).name, told[-4]) == ("2025", expected)


AREAS = [[], ["--area", "太原", "140200", "山西省"]]


@pytest.mark.parametrize("areas", AREAS)
def test_an_unchanged_run_imports_nothing_heavy_and_is_done_in_a_second_of_cpu(quick, areas):
    code = (
        "import sys\nfrom pathlib import Path\nfrom gsyf_lib.reports import provenance\n"
        f"provenance.NOTEBOOK_FOLDERS = (Path({str(quick / 'notebooks')!r}),)\n"
        "from gsyf_lib.cli.main import main\n"
        f"assert main(['report', '--data', {str(quick / 'data')!r}, '--year', '2023', '--out', "
        f"{str(quick / '2023')!r}, *{areas}]) == 0\n"
        "print([m for m in ('pandas', 'numpy', 'papermill') if m in sys.modules])"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert f"未变：{len(EVERYTHING)}页" in ran.stderr
    assert ran.stdout == "[]\n"
    assert after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime < 1


@pytest.mark.parametrize("area", ["太源", "小店区"])
def test_an_area_without_a_report_is_told_in_an_unchanged_folder_too(quick, area):
    with pytest.raises(UsageError, match=area):
        report(Request(quick / "data", 2023, out=quick / "2023", areas=(area,)), str)


def test_an_areas_page_is_current_though_others_are_not(quick, monkeypatch):
    change_datong(quick / "data")
    made(quick / "data", quick / "2023", areas=("大同",))
    monkeypatch.delattr(batch, "build_reports")
    assert report(Request(quick / "data", 2023, out=quick / "2023", areas=("大同",)), str) == 0
    with pytest.raises(ImportError):
        report(Request(quick / "data", 2023, out=quick / "2023", areas=("山西",)), str)
