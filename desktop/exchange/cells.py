"""Name the cells of a sheet as people do, and count those that hold something by the XML of the sheet alone."""

import datetime as dt
from dataclasses import dataclass, field
from xml.parsers import expat

from desktop.registers.kinds import Cell
from desktop.registers.problems import AppError

MOST_COLUMNS = 1_000
MOST_ROWS = 200_000
MOST_STRINGS = 2_000_000
MOST_CELLS = 5_000_000  # of the rectangle up to the farthest cell, each of which takes 32 bytes to read
LONGEST_NUMBER = 20  # as much of a cell as tells which shared string it points to

# What a part must hold to name a schema or to include another file.
_OUTSIDE = (b"XInclude", b"chemaLocation")
# What elements of a sheet are called in: the transitional form that programs write, and the strict one (ISO/IEC 29500).
_SHEET_SPACES = frozenset(
    {"http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"}
)
# A text that does not ask to keep the blanks around it is read without them.
_SPACE = "http://www.w3.org/XML/1998/namespace space"
_BLANKS = " \t\r\n"


@dataclass
class Counted:
    """What stands in one sheet: rows and cells with content, and those cells whose content is not what somebody typed.

    A *lost* cell (row from 1, column from 0) holds an Excel error, or a formula that was never calculated; one of *formulas*
    the last value of a formula. A *negative* number is no day and no time, however it is formatted.
    """

    rows: int = 0
    cells: int = 0
    lost: set[tuple[int, int]] = field(default_factory=set)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    negative: set[tuple[int, int]] = field(default_factory=set)


def column_name(place: int) -> str:
    """Write the letters of the column at *place*, counted from 0."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, place: int) -> str:
    """Name a cell as people do: `E17` for row 17 and the column at *place*, counted from 0."""
    return f"{column_name(place)}{row}"


def shown(cell: Cell) -> str:
    """Write the content of a cell about as Excel shows it."""
    if isinstance(cell, dt.date):
        return f"{cell:%d.%m.%Y}"
    return "" if cell is None else f"{cell:.15g}" if isinstance(cell, float) else str(cell)


def place_of(reference: str) -> tuple[int, int]:
    """Give the row (from 1) and the column (from 0) of a cell. Raises ValueError where *reference* names none."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    if not letters.isascii() or not letters.isalpha() or len(letters) > 3:
        raise ValueError(reference)
    return int(reference[len(letters) :]), column - 1


class Xml:
    """Hears the elements of one part of a workbook, whatever prefixes it uses.

    Of a part that has *spaces* only the elements of these namespaces are heard, for a reader may or may not hear others.
    A part that declares entities, names a schema or includes another file is refused. So is one in another encoding than
    UTF-8: two readers may well take it for different texts.
    """

    spaces: frozenset[str] = frozenset()

    def __init__(self, name: str) -> None:
        self.name, self._leads_outside = name, True
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.XmlDeclHandler = self._check_encoding
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartNamespaceDeclHandler = self._check_space
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._finish

    def parse(self, xml: bytes) -> None:
        """Hear the whole part. Raises AppError or expat's own errors."""
        if b"\0" in xml[:64]:
            raise AppError("file.damaged", file=self.name)
        # Asked of the whole part first: a sheet has a hundred thousand elements, and next to none of them a word of this.
        self._leads_outside = any(word in xml for word in _OUTSIDE)
        self.parser.Parse(xml, True)

    def _begin(self, named: str, attributes: dict[str, str]) -> None:
        if self.parser.CharacterDataHandler is not None:
            # Of an element within a text, one reader takes the text before it and another all.
            raise AppError("file.damaged", file=self.name)
        if self._leads_outside and any(
            "XInclude" in value or key.endswith("chemaLocation") for key, value in attributes.items()
        ):
            self._refuse()
        self.start(self._heard(named), attributes)

    def _finish(self, named: str) -> None:
        self.end(self._heard(named))

    def _heard(self, named: str) -> str:
        space, _, tag = named.rpartition(" ")
        return tag if not self.spaces or space in self.spaces else ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Hear an element begin."""

    def end(self, tag: str) -> None:
        """Hear an element end."""

    def _check_space(self, _prefix: str | None, space: str | None) -> None:
        if space and "XInclude" in space:
            self._refuse()

    def _check_encoding(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.casefold() not in ("utf-8", "utf8", "us-ascii"):
            raise AppError("file.damaged", file=self.name)

    def _refuse(self, *_: object) -> None:
        raise AppError("file.bomb", file=self.name)


class SheetCount(Xml):
    """Counts the cells of one sheet, which may point to *strings*."""

    spaces = _SHEET_SPACES

    def __init__(self, name: str, strings: "StringCount") -> None:
        super().__init__(name)
        self._strings = strings
        self._filled: set[int] = set()
        self._counted = Counted()
        self._line, self._column, self._farthest, self._seen = 0, -1, (0, 0), 0
        self._kind, self._text, self._has_formula, self._contents = "n", "", False, 0
        self._keeps_blanks = True

    def count(self, xml: bytes) -> Counted:
        """Count what stands in the sheet. Raises AppError for a cell too far away."""
        self.parse(xml)
        line, column = self._farthest
        if line * (column + 1) > MOST_CELLS:
            self._refuse_far_cell(line, column)
        self._counted.rows = len(self._filled)
        return self._counted

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Hear a row, a cell or its content begin."""
        match tag:
            case "row":
                self._line, self._column = int(attributes.get("r") or self._line + 1), -1
            case "c":
                self._column += 1
                self._seen += 1
                if self._seen > MOST_CELLS:
                    self._refuse()
                if reference := attributes.get("r"):
                    self._line, self._column = place_of(reference)
                self._kind, self._text, self._has_formula, self._contents = attributes.get("t", "n"), "", False, 0
            case "f":
                self._has_formula = True
            case "v":
                self._contents, self._keeps_blanks = self._contents + 1, True
                self.parser.CharacterDataHandler = self._hear
            case "t":
                self._keeps_blanks = attributes.get(_SPACE) == "preserve"
                self.parser.CharacterDataHandler = self._hear
            case "is":
                if self._kind != "inlineStr":
                    # Calamine takes the text of such a cell, openpyxl nothing.
                    raise AppError("file.damaged", file=self.name)
                self._contents += 1

    def _hear(self, text: str) -> None:
        if len(self._text) < LONGEST_NUMBER and (self._keeps_blanks or text.strip(_BLANKS)):
            self._text += text

    def end(self, tag: str) -> None:
        """Hear a cell or its content end."""
        match tag:
            case "v" | "t":
                self.parser.CharacterDataHandler = None
            case "c":
                self._end_of_cell()

    def _end_of_cell(self) -> None:
        # A formula of text (t="str") may well give an empty one.
        # Of two values in one cell, one reader takes the first and another the last.
        if self._contents > 1 or (self._kind == "s" and self._text and not self._strings.has(self._text)):
            raise AppError("file.damaged", file=self.name)
        is_lost = self._kind == "e" or (self._has_formula and not self._text and self._kind != "str")
        if not is_lost and (not self._text or (self._kind == "s" and self._text in self._strings.empty)):
            return
        line, column = self._line, self._column
        if line > MOST_ROWS or column >= MOST_COLUMNS:
            self._refuse_far_cell(line, column)
        self._farthest = max(self._farthest[0], line), max(self._farthest[1], column)
        self._filled.add(line)
        self._counted.cells += 1
        if is_lost:
            self._counted.lost.add((line, column))
        elif self._has_formula:
            self._counted.formulas.add((line, column))
        if self._kind == "n" and self._text.startswith("-"):
            self._counted.negative.add((line, column))

    def _refuse_far_cell(self, line: int, column: int) -> None:
        raise AppError("file.far_cell", file=self.name, cell=cell_name(line, column))


class StringCount(Xml):
    """Finds the shared strings that hold no letter: a cell that points to one is empty."""

    spaces = _SHEET_SPACES

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._number, self._has_text, self._keeps_blanks = -1, False, False
        self.empty: set[str] = set()

    def has(self, place: str) -> bool:
        """Tell whether a cell may point to *place*, written as a cell writes it."""
        return place.isascii() and place.isdecimal() and int(place) <= self._number

    def count(self, xml: bytes) -> set[str]:
        """Give the places of the empty strings, as cells name them."""
        self.parse(xml)
        return self.empty

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Hear a string or its text begin."""
        match tag:
            case "si":
                self._number, self._has_text = self._number + 1, False
                if self._number > MOST_STRINGS:
                    self._refuse()
            case "t":
                self._keeps_blanks = attributes.get(_SPACE) == "preserve"
                self.parser.CharacterDataHandler = self._hear

    def _hear(self, text: str) -> None:
        self._has_text |= self._keeps_blanks or bool(text.strip(_BLANKS))

    def end(self, tag: str) -> None:
        """Hear a string or its text end."""
        match tag:
            case "t":
                self.parser.CharacterDataHandler = None
            case "si" if not self._has_text:
                self.empty.add(str(self._number))
