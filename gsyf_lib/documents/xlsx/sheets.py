"""Read a worksheet once: note what its values do not tell, and write its filled cells anew."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import IO, NamedTuple
from xml.etree.ElementTree import Element, TreeBuilder
from xml.sax.saxutils import escape, quoteattr

from gsyf_lib.documents.xlsx.limits import is_too_far
from gsyf_lib.documents.xlsx.markup import NAMESPACES, NotRead, parser
from gsyf_lib.documents.xlsx.plain import column_number, without_plain_rows
from gsyf_lib.documents.xlsx.styles import PLAIN, STRUCK, Style, Text, text_of

Position = tuple[int, int]

BEGIN, END = f'<worksheet xmlns="{NAMESPACES[0]}"><sheetData>', b"</sheetData></worksheet>"
FLAT = 1  # points of a row, characters of a column: less cannot be seen
LAST_ROW, LAST_COLUMN = 2**20, 2**14  # of Excel
ADDRESS = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
ZERO = re.compile(r"-?[0.]+(?:[eE].*)?")
NO_STYLE = Style()
OTHER = "-"  # an element that we pass over
# Where Excel puts the elements that say something, from the root on; each is taken with what is in
# it. A sheetData is too large for that: its rows are taken one by one.
TABLE = ["worksheet", "sheetData"]
TAKEN = (
    [*TABLE, "row"],
    ["worksheet", "cols", "col"],
    ["worksheet", "mergeCells", "mergeCell"],
    ["worksheet", "sheetCalcPr"],
)
NAMES = {
    f"{space}}}{name}": name
    for space in NAMESPACES
    for name in {*sum(TAKEN, []), "c", "v", "f", "is"}
}
CHUNK = 2**16  # bytes that are parsed at a time


class Looks(NamedTuple):
    """What the values of a worksheet do not tell; rows and columns are counted from 0.

    ``merged`` ranges and ``hidden_columns`` are stretches from first to last; ``without_value`` are
    row, column, Excel's error (empty: a formula that was never calculated); ``odd`` are cells that
    look different from their values: row, column, how (``styles.PLAIN`` …), number format.
    """

    merged: list[tuple[Position, Position]]
    hidden_rows: list[int]
    hidden_columns: list[Position]
    without_value: list[tuple[int, int, str]]
    odd: list[tuple[int, int, str, str]]


def read_sheet(
    part: IO[bytes], styles: Mapping[str, Style], texts: Sequence[Text], is_calculated: bool
) -> tuple[Looks, bytes]:
    """Return what the values of a worksheet do not tell, and new XML with its filled cells.

    A sheet that reaches too far, or could be read in two ways, is refused. ``is_calculated`` is
    False if the workbook says that its formulas are still to be calculated.
    """
    whole = part.read()
    rest, rows = whole, b""
    # If a shared text has a footnote mark, each cell must be asked whether it shows that text.
    if not any(text.how for text in texts):
        rest, rows = without_plain_rows(whole, styles)
    sheet = _Sheet(styles, texts, is_calculated, rest)
    # The bytes that looked like the rows were somewhere else, say in a comment: read all as XML.
    if rows and (sheet.tables != 1 or sheet.rows):
        rows, sheet = b"", _Sheet(styles, texts, is_calculated, whole)
    return sheet.looks, sheet.written() + rows + END


class _Elements:
    """Takes elements as trees from what the XML parser tells; all that is elsewhere is left out."""

    def __init__(self) -> None:
        self.parser = parser()
        self.open: list[str] = []  # down to the element that is taken
        self.builder: TreeBuilder | None = None
        self.taking = self.ended = Element("")
        self.taken: list[Element] = []

    def of(self, xml: bytes) -> Iterator[Element]:
        """Yield the elements named in ``TAKEN``, each when it ends, and each table as it begins."""
        self.parser.StartElementHandler, self.parser.EndElementHandler = self.start, self.end
        self.parser.CommentHandler = self.parser.ProcessingInstructionHandler = self.refuse_in_cells
        self.parser.StartCdataSectionHandler = self.refuse_in_cells
        for place in range(0, len(xml) + 1, CHUNK):
            self.parser.Parse(xml[place : place + CHUNK], place + CHUNK > len(xml))
            yield from self.taken
            self.taken.clear()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take an element if it is at its place, and from then on all that is within it."""
        self.open.append(NAMES.get(name, OTHER))
        if self.open == TABLE:
            self.taken.append(Element(name))
        if self.open in TAKEN:
            self.builder = TreeBuilder()
            self.taking = self.builder.start(name, attributes)
            # Without a call of Python for each element this takes half the time.
            self.parser.StartElementHandler = self.builder.start
            self.parser.CharacterDataHandler = self.builder.data

    def end(self, name: str) -> None:
        """Hand out an element that is complete."""
        if self.builder is not None:
            self.ended = self.builder.end(name)
            if self.ended is not self.taking:
                return
            self.taken.append(self.builder.close())
            self.parser.StartElementHandler, self.parser.CharacterDataHandler = self.start, None
            self.builder = None
        self.open.pop()

    def refuse_in_cells(self, *_: object) -> None:
        """Refuse what some programs take for the end of a value."""
        # The last part of a row is a cell that has not ended yet.
        if self.builder is not None and self.taking[-1:] not in ([], [self.ended]):
            message = (
                "单元格内含注释或CDATA，不是Excel所存，所见与所读可能不同。请用Excel另存后报送"
            )
            raise NotRead("file-members", message)


class _Sheet:
    """A worksheet as it is read, element by element."""

    def __init__(
        self, styles: Mapping[str, Style], texts: Sequence[Text], is_calculated: bool, xml: bytes
    ) -> None:
        self.styles, self.texts, self.is_calculated = styles, texts, is_calculated
        self.looks = Looks([], [], [], [], [])
        # formulas with the result 0, in doubt until we know whether the sheet is calculated
        self.zeros: list[tuple[int, int, str]] = []
        self.rows: list[tuple[int, str]] = []
        self.tables, self.row, self.last_column = 0, -1, 0
        for element in _Elements().of(xml):
            self.add(element)

    def add(self, element: Element) -> None:
        """Note what an element tells."""
        match NAMES[element.tag]:
            case "sheetData":
                self.tables += 1
            case "row":
                self.add_row(element)
            case "col" if _is_hidden(element, "width"):
                stretch = int(element.get("min", 1)) - 1, int(element.get("max", 1)) - 1
                self.looks.hidden_columns.append(stretch)
            case "mergeCell":
                first, _, last = element.get("ref", "").partition(":")
                rows, columns = zip(_position(first), _position(last or first), strict=True)
                self.looks.merged.append(((min(rows), min(columns)), (max(rows), max(columns))))
            case "sheetCalcPr" if element.get("fullCalcOnLoad") in ("1", "true"):
                self.is_calculated = False

    def add_row(self, row: Element) -> None:
        """Write the filled cells of a row."""
        # A row without a number follows the one before; numbers are counted from 1.
        self.row = int(row.get("r", self.row + 2)) - 1
        if not 0 <= self.row < LAST_ROW:
            raise ValueError(self.row)
        if _is_hidden(row, "ht"):
            self.looks.hidden_rows.append(self.row)
        cells, column = list[tuple[int, str]](), -1
        for cell in row:
            if NAMES.get(cell.tag) != "c":
                continue
            column = self.column_of(cell, column + 1)
            if written := self.written_cell(cell, column):
                cells.append((column, written))
        if cells:
            text = "".join(_in_order(cells))
            self.last_column = max(self.last_column, cells[-1][0] + 1)
            self.rows.append((self.row, f'<row r="{self.row + 1}">{text}</row>'))

    def column_of(self, cell: Element, following: int) -> int:
        """Return the column of a cell; one without an address follows the cell before."""
        address = cell.get("r")
        if not address:
            return following
        row, column = _position(address)
        if row != self.row:
            message = f"单元格{address}不在它所在的行，工作簿已损坏。请用Excel另存后报送"
            raise NotRead("file-broken", message)
        return column

    def written_cell(self, cell: Element, column: int) -> str:
        """Return a cell as calamine reads it, empty if it has no value; note how it looks."""
        kind, style = cell.get("t", "n"), cell.get("s")
        found, text, has_formula = _content_of(cell)
        value = found or ""
        if kind != "str":
            value = value.strip()
        if kind == "s" and value:
            text = self.texts[int(value)]
        if kind == "e" or has_formula:
            self.note_result(column, kind, None if found is None else value)
        if not (text.says if text else value):
            return ""
        self.note_look(column, kind, self.styles.get(style or "", NO_STYLE), text)
        head = f"<c r={quoteattr(_address(self.row, column))}"
        if kind == "inlineStr" and text:
            shown = escape(text.says)
            return f'{head} t="inlineStr"><is><t xml:space="preserve">{shown}</t></is></c>'
        styled = "" if style is None else f" s={quoteattr(style)}"
        return f"{head}{styled} t={quoteattr(kind)}><v>{escape(value)}</v></c>"

    def note_result(self, column: int, kind: str, value: str | None) -> None:
        """Note an error, or a formula that was never calculated, or perhaps was not."""
        if kind == "e":
            self.looks.without_value.append((self.row, column, value or "#ERROR!"))
        elif value is None or (not value and kind != "str"):
            self.looks.without_value.append((self.row, column, ""))
        elif kind != "str" and ZERO.fullmatch(value):
            self.zeros.append((self.row, column, ""))

    def note_look(self, column: int, kind: str, style: Style, text: Text | None) -> None:
        """Note a cell that looks different from its value."""
        how = text.how if text else PLAIN
        if style.is_struck and not how:
            how = STRUCK
        code = style.number if kind == "n" else style.text
        if how or code:
            self.looks.odd.append((self.row, column, how, code))

    def written(self) -> bytes:
        """Return the new XML up to the end of the rows."""
        rows = _in_order(self.rows)
        if rows and is_too_far(self.rows[-1][0] + 1, self.last_column):
            message = "工作表中有位置过远的单元格，不予打开。请删除表外内容后报送"
            raise NotRead("file-extent", message)
        if not self.is_calculated:
            self.looks.without_value.extend(self.zeros)
        return "".join([BEGIN, *rows]).encode()


def _content_of(cell: Element) -> tuple[str | None, Text | None, bool]:
    """Return the value of a cell, the text within it, and whether it has a formula."""
    value, text, has_formula = None, None, False
    for part in cell:
        match NAMES.get(part.tag):
            case "v" if value is not None:
                raise ValueError("two values")
            case "v":
                # The text of elements within the value is no part of it.
                value = "".join([part.text or "", *(other.tail or "" for other in part)])
            case "is":
                text = text_of(part)
            case "f":
                has_formula = True
    return value, text, has_formula


def _in_order(found: list[tuple[int, str]]) -> Iterable[str]:
    """Return what was written in the order of places; a place that is taken twice is refused."""
    found.sort()
    if any(a == b for (a, _), (b, _) in pairwise(found)):
        message = "工作表中同一位置有两行或两格，不同程序会读到不同的值。请用Excel另存后报送"
        raise NotRead("file-members", message)
    return [text for _, text in found]


def _is_hidden(element: Element, measure: str) -> bool:
    """Tell a row or column that is hidden, or too flat or narrow to be seen."""
    size = element.get(measure, "")
    return element.get("hidden") in ("1", "true") or (size != "" and float(size) < FLAT)


def _position(address: str) -> Position:
    """Return the row and the column of an address, counted from 0."""
    match = ADDRESS.fullmatch(address)
    if match is None:
        raise ValueError(address)
    column = column_number(match[1].upper())
    if column > LAST_COLUMN:
        raise ValueError(address)
    return int(match[2]) - 1, column - 1


def _address(row: int, column: int) -> str:
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"
