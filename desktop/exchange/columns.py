"""Find the sheet of each table in a workbook, and its columns, however people have moved or renamed them.

What is trusted, in this order: the titles in `_meta`; the hidden names above the headings; the defined names, which follow
a sheet that is renamed and a column that is moved; the headings in any language. Where these leave a doubt, nothing is
guessed: the file is refused with a sentence.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from desktop.exchange.cells import cell_name, column_name
from desktop.exchange.layout import Sheet, defined_name, digest_key, title_key
from desktop.exchange.reading import Grid, Named, Parsed
from desktop.registers.problems import AppError
from desktop.registers.register import Field

# So far down names and headings are looked for: people put titles above them.
HEADER_ROWS = 6


@dataclass(frozen=True)
class Place:
    """Where a table stands: its sheet, its columns, its first row of data, and the rows of names and headings above.

    A column that the reader does not know stands as the text it is called by.
    """

    grid: Grid
    columns: Mapping[int, Field | str]
    first: int
    header: Collection[int]


def find_place(parsed: Parsed, sheet: Sheet) -> Place | None:
    """Find the table of *sheet*; None where the file was made without it.

    Raises AppError where the sheet or a column of it is gone, or may be one of several.
    """
    title = parsed.meta.get(title_key(sheet.name), "")
    if grid := parsed.grids.get(title) or _grid_by_columns(parsed, sheet):
        return _Finder(parsed, sheet, grid).place()
    if title or digest_key(sheet.name) in parsed.meta:
        raise AppError("file.no_sheet", file=parsed.name, label=sheet.table.label)
    return None


def unread_titles(parsed: Parsed) -> set[str]:
    """Name the sheets that `_meta` gives to no table: those that somebody added or renamed."""
    return set(parsed.grids) - {title for key, title in parsed.meta.items() if key.startswith(title_key(""))}


def _grid_by_columns(parsed: Parsed, sheet: Sheet) -> Grid | None:
    """Find a renamed sheet by the columns that are its own, in the first way in which one sheet alone fits."""
    finders = [_Finder(parsed, sheet, grid) for title, grid in parsed.grids.items() if title in unread_titles(parsed)]
    own = [f for f in sheet.columns if f in sheet.table.fields]
    for way in (_Finder.by_name, _Finder.by_defined_name, _Finder.by_heading):
        found = [finder.grid for finder in finders if sum(f in own for f in way(finder).values()) * 2 >= len(own)]
        if len(found) == 1:
            return found[0]
    return None


class _Finder:
    """Looks for the columns of one table in one sheet of a file."""

    def __init__(self, parsed: Parsed, sheet: Sheet, grid: Grid) -> None:
        self.parsed, self.sheet, self.grid = parsed, sheet, grid
        self.row_of_names = self._row_where(lambda text: text in sheet.names)
        # English headings may read like names: the row of names is not theirs.
        self.row_of_headings = self._row_where(lambda text: bool(sheet.called(text)), self.row_of_names)

    def by_name(self) -> dict[int, Field]:
        """Give the columns by the hidden names."""
        return {
            place: self.sheet.names[text] for place, text in self.texts(self.row_of_names).items() if text in self.sheet.names
        }

    def by_defined_name(self) -> dict[int, Field]:
        """Give the columns by the ranges that defined names point to."""
        return {named.place: f for f, named in self._defined()}

    def by_heading(self) -> dict[int, Field]:
        """Give the columns by their headings, where a heading means one alone."""
        headings = self.texts(self.row_of_headings)
        return {place: meant[0] for place, text in headings.items() if len(meant := self.sheet.called(text)) == 1}

    def place(self) -> Place:
        """Find the columns and the first row of data. Raises AppError."""
        known = self._known()
        if not known:
            raise self._refusal("file.no_columns")
        self._check_complete(known)
        header = {self.row_of_names, self.row_of_headings} - {0}
        start = max((named.row for _, named in self._defined()), default=1)
        if self.row_of_names and not self.row_of_headings and start > self.row_of_names + 1:
            header.add(self.row_of_names + 1)  # headings that somebody worded anew
        first = max(header, default=start - 1) + 1
        columns: dict[int, Field | str] = {**self.texts(self.row_of_headings), **self.texts(self.row_of_names), **known}
        return Place(self.grid, columns, first, header)

    def _known(self) -> dict[int, Field]:
        """Tell which columns are known, each by what is trusted most of it."""
        named = self.texts(self.row_of_names)
        known = self.by_name()
        # A name that nobody knows is a newer program's column, whatever its heading is like.
        known |= {place: f for place, f in self.by_defined_name().items() if place not in named and f not in known.values()}
        known |= self._known_by_heading(known, named)
        for f in known.values():
            twins = [other for other in known if known[other] is f]
            if len(twins) > 1:
                raise self._refusal("file.two_columns", column=f.label, places=", ".join(map(column_name, sorted(twins))))
        return known

    def _known_by_heading(self, known: Mapping[int, Field], named: Collection[int]) -> dict[int, Field]:
        found = {}
        for place, text in self.texts(self.row_of_headings).items():
            meant = [f for f in self.sheet.called(text) if f not in known.values()]
            if place in known or place in named or not meant:
                continue
            if len(meant) > 1:
                raise self._refusal("file.unsure", heading=text, cell=cell_name(self.row_of_headings, place))
            found[place] = meant[0]
        return found

    def _defined(self) -> Iterator[tuple[Field, Named]]:
        for f in self.sheet.columns:
            named = self.parsed.names.get(defined_name(self.sheet.name, f.name))
            if named and named.title == self.grid.title:
                yield f, named

    def _check_complete(self, known: Mapping[int, Field]) -> None:
        """Refuse a sheet that lost a column in which something was handed off."""
        for f in self.sheet.columns:
            if f not in known.values() and digest_key(self.sheet.name, f.name) in self.parsed.meta:
                raise self._refusal("file.no_column", column=f.label)

    def _refusal(self, name: str, **words: object) -> AppError:
        return AppError(name, file=self.parsed.name, label=self.sheet.table.label, **words)

    def _row_where(self, is_right: Callable[[str], bool], besides: int = 0) -> int:
        """Give the first row most of whose cells are right, but for the row *besides*; 0 where there is none."""
        for number in range(1, min(HEADER_ROWS, len(self.grid.rows)) + 1):
            texts = self.texts(number)
            right = 0 if number == besides else sum(is_right(text) for text in texts.values())
            if right > 1 and right * 2 >= len(texts):
                return number
        return 0

    def texts(self, number: int) -> dict[int, str]:
        """Give what stands in a row, by column."""
        cells = self.grid.rows[number - 1] if number else []
        return {place: text for place, cell in enumerate(cells) if (text := str(cell).strip())}
