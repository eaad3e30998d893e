"""The figures of a table laid out in lines and columns, each number with what stands behind it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from desktop.analysis.tables import Figure, Figures, Key, order_of, show
from desktop.analysis.text import share_in_words
from desktop.gui.words import Words
from desktop.registers.codes import CodeList
from desktop.registers.kinds import NBSP, Value
from desktop.store.zone import Zone

LineKind = Literal["total", "row", "section"]


@dataclass(frozen=True)
class Target:
    """What stands behind a number: the records whose dimensions are as *key* says, or those that *reason* keeps out."""

    title: str
    key: Mapping[str, Value] = field(default_factory=dict)
    unit: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Cell:
    """A number as it is written; without a *target* nothing stands behind it."""

    text: str = ""
    target: Target | None = None


@dataclass(frozen=True)
class Line:
    """A line of numbers under one label; a section is a label alone."""

    label: str
    cells: tuple[Cell, ...]
    kind: LineKind = "row"


@dataclass(frozen=True)
class Grid:
    """A laid out table: *corner* names what its lines are."""

    corner: str
    headings: tuple[str, ...]
    lines: tuple[Line, ...]

    def as_text(self) -> str:
        """Write the table for a spreadsheet: tabs between cells, and no blanks within numbers."""
        rows = [[self.corner, *self.headings]]
        rows += [[line.label, *(cell.text.replace(NBSP, "") for cell in line.cells)] for line in self.lines]
        return "\n".join("\t".join(row) for row in rows)


def lay_out(found: Figures, words: Words, zone: Zone, margins: tuple[Figures, Figures] | None = None) -> Grid:
    """Lay out *found*: the total first, then its rows, then what does not convert.

    Figures of two dimensions become a cross table; *margins* are the same figures by the first and by the second alone.
    """
    return _Layout(found, words, zone, margins).grid()


def written(value: Decimal, language: str, digits: int = 0) -> str:
    """Write *value* with at least *digits* after the decimal mark, so that a column of numbers stands aligned."""
    text = show(value, language)
    mark = "." if language == "en" else ","
    fraction = text.partition(mark)[2]
    return f"{text}{mark if digits and not fraction else ''}{'0' * (digits - len(fraction))}"


def with_unit(value: Decimal, unit: str, units: CodeList, words: Words) -> str:
    """Write *value* and the name of its unit."""
    name = units.codes.get(unit)
    return f"{show(value, words.language)}{NBSP}{words.of(name.label)}" if name else show(value, words.language)


class _Layout:
    """Makes the lines of a grid."""

    def __init__(self, found: Figures, words: Words, zone: Zone, margins: tuple[Figures, Figures] | None) -> None:
        self.found, self.words, self.zone = found, words, zone
        self.units = zone.definitions.codes["units"]
        self.down = margins[0] if margins else found
        self.across = margins[1] if margins else None
        self.table = found.table
        self.crossed: dict[tuple[str, Key], Figure] = {}
        self.columns: dict[Value, str] = {}
        if self.across:
            self.crossed = {(f.unit, f.key): f for f in (*found.rows, *found.rows_not_convertible)}
            self.columns = self._columns(self.across)
        self.digits = _digits([found.whole, *found.rows, *self.down.rows])

    def grid(self) -> Grid:
        names = [self.words.of(self.table.by_name[name].label) for name in self.found.by]
        return Grid(" / ".join(names), tuple(self._headings()), tuple(self._lines()))

    def _columns(self, across: Figures) -> dict[Value, str]:
        dimension = self.table.by_name[across.by[0]]
        named = {f.key[0]: self.words.of(f.labels[0]) for f in (*across.rows, *across.rows_not_convertible)}
        return {value: named[value] for value in sorted(named, key=lambda value: order_of(self.zone, dimension, value))}

    @property
    def _counts_records(self) -> bool:
        measure = self.table.measure
        return not measure.amounts and measure.count == "records"

    def _headings(self) -> list[str]:
        if self.across:
            return [self.words("tables_page.total"), *self.columns.values()]
        records = self.words("tables_page.records")
        unit = self.units.codes.get(self.table.unit)
        number = self.words.of(unit.label) if unit else self.words("tables_page.amount")
        shares = [self.words.of(self.table.share.label)] if self.table.share else []
        return [*([] if self._counts_records else [number]), records, *shares]

    def _lines(self) -> Iterator[Line]:
        total = self.words("tables_page.total")
        margin = {f.key[0]: f for f in self.across.rows} if self.across else {}
        yield self._line(total, self.found.whole, margin, kind="total")
        if self.down.by:
            for figure in self.down.rows:
                yield self._line(self.words.of(figure.labels[0]), figure)
        if self.found.not_convertible:
            yield Line(self.words("tables_page.apart"), (), "section")
        for whole in self.found.not_convertible:
            yield from self._apart(total, whole)

    def _apart(self, total: str, whole: Figure) -> Iterator[Line]:
        """Lay out what stands in one unit of its own; a total of one row would say the same twice."""
        unit = self.words.of(self.units.codes[whole.unit].label) if whole.unit in self.units.codes else whole.unit
        rows = [f for f in self.down.rows_not_convertible if f.unit == whole.unit] if self.down.by else []
        if len(rows) != 1:
            found = self.across.rows_not_convertible if self.across else ()
            across = {f.key[0]: f for f in found if f.unit == whole.unit}
            yield self._line(f"{total}, {unit}", whole, across, kind="total")
        for figure in rows:
            yield self._line(f"{self.words.of(figure.labels[0])}, {unit}", figure)

    def _line(
        self, label: str, figure: Figure, across: Mapping[Value, Figure] | None = None, *, kind: LineKind = "row"
    ) -> Line:
        names = self.down.by[: len(figure.key)]
        key = dict(zip(names, figure.key, strict=True))
        if not self.across:
            target = self._target(label, figure, key)
            numbers = [] if self._counts_records else [Cell(self._write(figure), target)]
            counted = Cell(written(Decimal(figure.records), self.words.language), target)
            shares = [Cell(share_in_words(figure, self.words.language))] if self.table.share else []
            return Line(label, (*numbers, counted, *shares), kind)
        other = self.across.by[0]
        cells = [Cell(self._write(figure), self._target(label, figure, key))]
        for value, heading in self.columns.items():
            found = across.get(value) if across is not None else self.crossed.get((figure.unit, (*figure.key, value)))
            title = f"{label} · {heading}"
            cells.append(Cell(self._write(found), self._target(title, found, key | {other: value})) if found else Cell())
        return Line(label, tuple(cells), kind)

    def _write(self, figure: Figure) -> str:
        return written(figure.value, self.words.language, self.digits if figure.unit == self.table.unit else 0)

    def _target(self, title: str, figure: Figure, key: Mapping[str, Value]) -> Target | None:
        return Target(title, key, figure.unit) if figure.records else None


def _digits(found: Sequence[Figure]) -> int:
    return max((len(show(f.value, "en").partition(".")[2]) for f in found), default=0)
