"""Read a worksheet once: note what its values do not tell, and write its filled cells anew."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import IO, NamedTuple, TypeVar
from xml.etree.ElementTree import TreeBuilder
from xml.sax.saxutils import escape, quoteattr

from gsyf_lib.documents.xlsx.limits import is_too_far
from gsyf_lib.documents.xlsx.markup import NAMESPACES, NotRead, parser
from gsyf_lib.documents.xlsx.plain import column_number, without_plain_rows
from gsyf_lib.documents.xlsx.styles import PLAIN, STRUCK, Style, Text, text_of

Cell = tuple[int, int]
Attributes = dict[str, str]
Content = TypeVar("Content", str, bytes)

BEGIN, END = f'<worksheet xmlns="{NAMESPACES[0]}"><sheetData>', b"</sheetData></worksheet>"
FLAT = 1  # points of a row, characters of a column: less cannot be seen
LAST_ROW, LAST_COLUMN = 2**20, 2**14  # of Excel
ADDRESS = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
ZERO = re.compile(r"-?[0.]+(?:[eE].*)?")
OTHER = "-"  # an element that we pass over
NO_STYLE = Style()


class Looks(NamedTuple):
    """What the values of a worksheet do not tell; rows and columns are counted from 0.

    merged : ranges, each as its first and last cell
    hidden_rows, hidden_columns : rows; stretches of columns (first, last)
    without_value : row, column, Excel's error; an empty one is a formula that was never calculated
    odd : cells that look different from their values: row, column, how (``styles.PLAIN`` to
        ``styles.STRUCK``), number format
    """

    merged: list[tuple[Cell, Cell]]
    hidden_rows: list[int]
    hidden_columns: list[Cell]
    without_value: list[tuple[int, int, str]]
    odd: list[tuple[int, int, str, str]]


def read_sheet(
    part: IO[bytes], styles: Mapping[str, Style], texts: Sequence[Text], is_calculated: bool
) -> tuple[Looks, bytes]:
    """Return what the values of a worksheet do not tell, and new XML with its filled cells.

    styles, texts : the odd styles and the shared strings of the workbook
    is_calculated : False if the workbook says that its formulas are still to be calculated

    Raises
    ------
    NotRead
        It reaches too far, or could be read in two ways.
    """
    whole = part.read()
    rest, rows = whole, b""
    # If a shared text has a footnote mark, each cell must be asked whether it shows that text.
    if not any(text.how for text in texts):
        rest, rows = without_plain_rows(whole, styles)
    reader = _Reader(styles, texts, is_calculated)
    reader.parse(rest)
    # The bytes that looked like the rows were somewhere else, say in a comment: read all as XML.
    if rows and (reader.tables != 1 or reader.rows):
        rows, reader = b"", _Reader(styles, texts, is_calculated)
        reader.parse(whole)
    return reader.looks, reader.written() + rows + END


class _Reader:
    """Handlers for the XML parser.

    An element counts only where Excel puts it (``places``); elsewhere it is left out, with all that
    is inside of it.
    """

    def __init__(
        self, styles: Mapping[str, Style], texts: Sequence[Text], is_calculated: bool
    ) -> None:
        self.styles, self.texts, self.is_calculated = styles, texts, is_calculated
        self.looks = Looks([], [], [], [], [])
        # formulas with the result 0, in doubt until we know whether the sheet is calculated
        self.zeros: list[tuple[int, int, str]] = []
        self.rows: list[tuple[int, str]] = []
        self.tables = self.last_column = 0
        self.open = [""]  # the names of the open elements
        # the row and the cell that are being read
        self.row, self.cells = 0, list[tuple[int, str]]()
        self.column, self.cell = 0, Attributes()
        self.value: str | None = None
        self.text: Text | None = None
        self.inline: TreeBuilder | None = None
        self.has_formula = False
        # (parent, element): what to do where it begins
        self.places: dict[tuple[str, str], Callable[[Attributes], None]] = {
            ("", "worksheet"): _nothing,
            ("worksheet", "sheetData"): self._begin_table,
            ("sheetData", "row"): self._begin_row,
            ("row", "c"): self._begin_cell,
            ("c", "v"): self._begin_value,
            ("c", "f"): self._begin_formula,
            ("c", "is"): self._begin_text,
            ("worksheet", "cols"): _nothing,
            ("cols", "col"): self._columns,
            ("worksheet", "mergeCells"): _nothing,
            ("mergeCells", "mergeCell"): self._merged,
            ("worksheet", "sheetCalcPr"): self._calculation,
        }
        self.ends = {"row": self._end_row, "c": self._end_cell, "is": self._end_text}
        self.names = {f"{ns}}}{name}": name for ns in NAMESPACES for _, name in self.places}

    def parse(self, xml: bytes) -> None:
        expat = parser()
        expat.StartElementHandler, expat.EndElementHandler = self.start, self.end
        expat.CharacterDataHandler = self.data
        expat.CommentHandler = expat.ProcessingInstructionHandler = self.refuse_in_cells
        expat.StartCdataSectionHandler = self.refuse_in_cells
        expat.Parse(xml, True)

    def start(self, name: str, attributes: Attributes) -> None:
        if self.inline is not None:  # inside of a text: ``text_of`` reads it as a tree
            self.inline.start(_local(name), attributes)
            self.open.append(OTHER)
            return
        place = self.open[-1], self.names.get(name, OTHER)
        begin = self.places.get(place)
        self.open.append(place[1] if begin else OTHER)
        if begin:
            begin(attributes)

    def end(self, name: str) -> None:
        if self.inline is not None:
            self.inline.end(_local(name))
        if finish := self.ends.get(self.open.pop()):
            finish()

    def data(self, text: str) -> None:
        if self.inline is not None:
            self.inline.data(text)
        elif self.value is not None and self.open[-1] == "v":
            self.value += text

    def refuse_in_cells(self, *_: object) -> None:
        if "c" in self.open:
            message = (
                "单元格内含注释或CDATA，不是Excel所存，所见与所读可能不同。请用Excel另存后报送"
            )
            raise NotRead("file-members", message)

    def _columns(self, attributes: Attributes) -> None:
        if _is_hidden(attributes, "width"):
            first, last = int(attributes.get("min", 1)), int(attributes.get("max", 1))
            self.looks.hidden_columns.append((first - 1, last - 1))

    def _merged(self, attributes: Attributes) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        rows, columns = zip(_place(first), _place(last or first), strict=True)
        self.looks.merged.append(((min(rows), min(columns)), (max(rows), max(columns))))

    def _calculation(self, attributes: Attributes) -> None:
        if attributes.get("fullCalcOnLoad") in ("1", "true"):
            self.is_calculated = False

    def _begin_row(self, attributes: Attributes) -> None:
        # A row without a number follows the one before; numbers are counted from 1.
        self.row = int(attributes.get("r", self.row + 2)) - 1
        if not 0 <= self.row < LAST_ROW:
            raise ValueError(self.row)
        self.cells, self.column = [], -1
        if _is_hidden(attributes, "ht"):
            self.looks.hidden_rows.append(self.row)

    def _begin_cell(self, attributes: Attributes) -> None:
        address = attributes.get("r")
        row, self.column = _place(address) if address else (self.row, self.column + 1)
        if row != self.row:
            message = f"单元格{address}不在它所在的行，工作簿已损坏。请用Excel另存后报送"
            raise NotRead("file-broken", message)
        self.cell, self.value, self.text, self.has_formula = attributes, None, None, False

    def _begin_value(self, _: Attributes) -> None:
        if self.value is not None:
            raise ValueError("two values")
        self.value = ""

    def _begin_formula(self, _: Attributes) -> None:
        self.has_formula = True

    def _begin_text(self, attributes: Attributes) -> None:
        self.inline = TreeBuilder()
        self.inline.start("is", attributes)

    def _end_text(self) -> None:
        if self.inline is not None:
            self.text, self.inline = text_of(self.inline.close()), None

    def _end_cell(self) -> None:
        kind, style = self.cell.get("t", "n"), self.styles.get(self.cell.get("s", ""), NO_STYLE)
        value = self.value or ""
        if kind != "str":
            value = value.strip()
        if kind == "s" and value:
            self.text = self.texts[int(value)]
        self._tell_value(kind, value)
        if self.text.says if self.text else value:
            self._tell_looks(style, kind)
            self.cells.append((self.column, self._written_cell(kind, value)))

    def _tell_value(self, kind: str, value: str) -> None:
        place = self.row, self.column
        if kind == "e":
            self.looks.without_value.append((*place, value or "#ERROR!"))
        elif self.has_formula and (self.value is None or (not value and kind != "str")):
            self.looks.without_value.append((*place, ""))
        elif self.has_formula and kind != "str" and ZERO.fullmatch(value):
            self.zeros.append((*place, ""))

    def _tell_looks(self, style: Style, kind: str) -> None:
        how = self.text.how if self.text else PLAIN
        if style.is_struck and not how:
            how = STRUCK
        code = style.number if kind == "n" else style.text
        if how or code:
            self.looks.odd.append((self.row, self.column, how, code))

    def _written_cell(self, kind: str, value: str) -> str:
        head = f"<c r={quoteattr(_address(self.row, self.column))}"
        if kind == "inlineStr" and self.text:
            text = escape(self.text.says)
            return f'{head} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
        style = f" s={quoteattr(self.cell['s'])}" if "s" in self.cell else ""
        return f"{head}{style} t={quoteattr(kind)}><v>{escape(value)}</v></c>"

    def _end_row(self) -> None:
        if self.cells:
            cells = "".join(_in_order(self.cells))
            self.last_column = max(self.last_column, self.cells[-1][0] + 1)
            self.rows.append((self.row, f'<row r="{self.row + 1}">{cells}</row>'))

    def written(self) -> bytes:
        rows = _in_order(self.rows)
        if rows and is_too_far(self.rows[-1][0] + 1, self.last_column):
            message = "工作表中有位置过远的单元格，不予打开。请删除表外内容后报送"
            raise NotRead("file-extent", message)
        if not self.is_calculated:
            self.looks.without_value.extend(self.zeros)
        return "".join([BEGIN, *rows]).encode()

    def _begin_table(self, _: Attributes) -> None:
        self.tables += 1


def _nothing(_: Attributes) -> None:
    """Do nothing for an element that only holds others."""


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _in_order(found: list[tuple[int, str]]) -> Iterable[str]:
    """Return what was written in the order of places; a place that is taken twice is refused."""
    found.sort()
    if any(a == b for (a, _), (b, _) in pairwise(found)):
        message = "工作表中同一位置有两行或两格，不同程序会读到不同的值。请用Excel另存后报送"
        raise NotRead("file-members", message)
    return [text for _, text in found]


def _is_hidden(attributes: Attributes, measure: str) -> bool:
    """Tell a row or column that is hidden, or too flat or narrow to be seen."""
    size = attributes.get(measure, "")
    return attributes.get("hidden") in ("1", "true") or (size != "" and float(size) < FLAT)


def _place(address: str) -> Cell:
    """Return the row and the column of an address, counted from 0.

    Examples
    --------
    >>> _place("AB12")
    (11, 27)
    """
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
