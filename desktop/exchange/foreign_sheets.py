"""Find the table in a sheet that this program did not make: its headings below any titles, its columns, its rows."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from desktop.exchange.cells import column_name, shown
from desktop.exchange.reading import Grid
from desktop.registers.folding import fold
from desktop.registers.kinds import Cell
from desktop.registers.problems import AppError
from desktop.registers.register import Register

# So far down headings are looked for: a title, an approval, a period and a numbering may stand above them.
MOST_TITLES = 20
MOST_SAMPLES = 200
_GROUPED = " · "


@dataclass(frozen=True)
class Heading:
    """One column: its *place* from 0, the *parts* of its heading from above, and the *key* it is remembered by."""

    place: int
    parts: tuple[str, ...]
    key: str

    @property
    def text(self) -> str:
        """Give the heading as it stands; a column without one is called by its letters."""
        return _GROUPED.join(self.parts) or column_name(self.place)


@dataclass(frozen=True)
class ForeignSheet:
    """A table in a sheet: its columns, the row of its headings and the *first* row below them, both counted from 1."""

    grid: Grid
    headings: tuple[Heading, ...]
    heading_row: int
    first: int

    @property
    def numbers(self) -> range:
        """Count the rows below the headings."""
        return range(self.first, len(self.grid.rows) + 1)

    def cells(self, number: int) -> dict[str, Cell]:
        """Give what stands in a row, by the key of its column; blank cells are left out."""
        row = self.grid.rows[number - 1]
        return {h.key: row[h.place] for h in self.headings if h.place < len(row) and str(row[h.place]).strip()}

    def lost(self, number: int) -> list[Heading]:
        """List the columns whose content in a row is an error or was never calculated."""
        return [h for h in self.headings if (number, h.place) in self.grid.lost]

    @cached_property
    def samples(self) -> Mapping[str, list[Cell]]:
        """Give the first different contents of each column, by its key."""
        found: dict[str, dict[str, Cell]] = {h.key: {} for h in self.headings}
        for number in self.numbers:
            for key, cell in self.cells(number).items():
                if len(found[key]) < MOST_SAMPLES:
                    found[key].setdefault(shown(cell), cell)
        return {key: list(cells.values()) for key, cells in found.items()}

    @cached_property
    def texts(self) -> Mapping[str, Counter[str]]:
        """Count the different texts of each column, by its key."""
        found: dict[str, Counter[str]] = {h.key: Counter() for h in self.headings}
        for number in self.numbers:
            for key, cell in self.cells(number).items():
                found[key][shown(cell).strip()] += 1
        return found

    def layout(self, register: Register) -> str:
        """Name the layout for *register*: the same for every file with these headings, in whatever order they stand."""
        keys = sorted(h.key for h in self.headings if h.parts)
        return hashlib.sha256("\n".join([register.name, *keys]).encode()).hexdigest()[:32]


def find_sheet(grid: Grid, known: Collection[str], heading_row: int = 0) -> ForeignSheet:
    """Find the table of a sheet, by headings of which *known* holds folded words, or in the row that a person names.

    Raises AppError where nothing looks like headings.
    """
    row = heading_row or _heading_row(grid, known)
    if not 1 <= row <= len(grid.rows) or not _texts(grid, row):
        raise AppError("foreign.no_headings", sheet=grid.title)
    top = row - 1 if not heading_row and row > 1 and _are_one(grid, row - 1, row) else row
    bottom = top + 1 if top == row and row < len(grid.rows) and _are_one(grid, row, row + 1) else row
    first = bottom + 1
    while first <= len(grid.rows) and _is_numbering(grid.rows[first - 1]):
        first += 1
    return ForeignSheet(grid, _headings(grid, top, bottom, first), top, first)


def words_of(register: Register) -> set[str]:
    """Give the folded words that the labels of *register* are made of, in every language."""
    labels = [label for table in register.tables for f in table.fields for label in f.label.values()]
    return {word for label in labels for word in fold(label).split() if len(word) > 1}


def _heading_row(grid: Grid, known: Collection[str]) -> int:
    """Give the row that looks most like headings: words without figures, and words that the register knows; 0 for none."""
    best, row = 1.0, 0
    for number in range(1, min(MOST_TITLES, len(grid.rows)) + 1):
        texts = _texts(grid, number)
        wordy = [text for text in texts.values() if _is_wordy(text)]
        if len(wordy) < 2 or len(wordy) * 2 < len(texts):
            continue
        score = (
            len(wordy) - (len(texts) - len(wordy)) + sum(any(word in known for word in fold(text).split()) for text in wordy)
        )
        if score > best:
            best, row = score, number
    return row


def _texts(grid: Grid, number: int) -> dict[int, str]:
    row = grid.rows[number - 1]
    return {place: " ".join(shown(cell).split()) for place, cell in enumerate(row) if str(cell).strip()}


def _is_wordy(text: str) -> bool:
    return (any(c.isalpha() for c in text) or "№" in text) and not any(c.isdigit() for c in text)


def _are_one(grid: Grid, top: int, bottom: int) -> bool:
    """Tell whether two rows are one heading: groups above, and what they consist of below."""
    above, below = _texts(grid, top), _texts(grid, bottom)
    if len(above) < 2 or not below or not all(map(_is_wordy, [*above.values(), *below.values()])):
        return False
    return bool(below.keys() - above.keys()) and bool(above.keys() - below.keys())


def _is_numbering(row: Sequence[Cell]) -> bool:
    """Tell whether a row only counts the columns, as printed forms do."""
    filled = [shown(cell).strip() for cell in row if str(cell).strip()]
    return len(filled) > 2 and filled == [str(n) for n in range(1, len(filled) + 1)]


def _headings(grid: Grid, top: int, bottom: int, first: int) -> tuple[Heading, ...]:
    seen: Counter[str] = Counter()
    found = []
    for place, parts in _parts(grid, top, bottom, first):
        key = " ".join(map(fold, parts)) or column_name(place)
        seen[key] += 1
        found.append(Heading(place, parts, key if seen[key] == 1 else f"{key} {seen[key]}"))
    return tuple(found)


def _parts(grid: Grid, top: int, bottom: int, first: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Give place and heading of every column that has a heading, or anything below it."""
    above, below = _texts(grid, top), _texts(grid, bottom) if bottom > top else {}
    filled = {place for row in grid.rows[first - 1 :] for place, cell in enumerate(row) if str(cell).strip()}
    group = ""
    for place in sorted(above.keys() | below.keys() | filled):
        group = above.get(place, group if place in below else "")
        yield place, tuple(text for text in (group, below.get(place, "")) if text)
