"""National tables over an open vault: the figures, the records behind one of them, and why a record is counted or not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from desktop.analysis.counting import REPEATED, Count, Period, Reason, grouped
from desktop.analysis.declarations import Dimension, TableDeclaration, Verdict, load_tables
from desktop.analysis.numbers import Conversion, add, mean, show
from desktop.registers.kinds import Reading, Value
from desktop.registers.labels import LANGUAGES, Label
from desktop.registers.messages import message
from desktop.registers.problems import AppError
from desktop.registers.rules import Row
from desktop.store.vault import Vault
from desktop.store.zone import Zone

__all__ = [
    "Behind", "Explanation", "Figure", "Figures", "Uncounted",
    "explain", "figures", "label_of", "load_tables", "order_of", "records_behind", "show",
]  # fmt: skip

Key = tuple[Value, ...]


@dataclass(frozen=True)
class Figure:
    """One number of a table: *key* holds a value for each dimension, *labels* their words; a plain number has no *unit*.

    Where the table asks for a share, *among* is the number of records that it is a share of, and *shared* how many are so.
    """

    key: Key
    labels: tuple[Label, ...]
    unit: str
    value: Decimal
    records: int
    lines: int
    among: int = 0
    shared: int = 0

    @property
    def share(self) -> Decimal | None:
        """Give the share in per cent, to a tenth; None where there is nothing it would be a share of."""
        return (Decimal(100 * self.shared) / self.among).quantize(Decimal("0.1"), ROUND_HALF_UP) if self.among else None


@dataclass(frozen=True)
class Uncounted:
    """How much one reason keeps out of the total: *amounts* by unit."""

    name: str
    text: Label
    verdict: Verdict
    records: int
    lines: int
    amounts: Mapping[str, Decimal]


@dataclass(frozen=True)
class Figures:
    """A national table for a period: *rows* in its unit; what does not convert to it stands apart, unit by unit."""

    table: TableDeclaration
    period: Period
    by: tuple[str, ...]
    rows: tuple[Figure, ...]
    whole: Figure
    rows_not_convertible: tuple[Figure, ...]
    not_convertible: tuple[Figure, ...]
    doubtful: tuple[Uncounted, ...]
    not_counted: tuple[Uncounted, ...]

    @property
    def total(self) -> Decimal:
        """Give the whole in the unit of the table; records under several values of a row are in it once."""
        return self.whole.value


@dataclass(frozen=True)
class Behind:
    """A record behind a figure, with what it adds to it in *unit*."""

    uid: str
    number: str
    prison: str
    month: str | None
    unit: str
    value: Decimal
    lines: int


@dataclass(frozen=True)
class Explanation:
    """What a table makes of a record, or of one line of it (*line* counts from 1).

    *reason* says why it is not simply counted, *contribution* in words what it adds.
    """

    line: int | None
    title: Label
    verdict: Verdict
    reason: Label | None
    value: Decimal | None
    contribution: Label | None


def figures(
    vault: Vault,
    table: TableDeclaration,
    first: str | None = None,
    last: str | None = None,
    by: Sequence[str] | None = None,
    where: Mapping[str, Value] | None = None,
) -> Figures:
    """Count *table* over the months *first* to *last* (`YYYY-MM` or `YYYY`), broken down *by* dimensions.

    Without *by*, those that it declares; with *where*, only records whose dimensions have these values. Raises AppError
    where its zone may not be opened or a dimension is unknown.
    """
    dimensions = _dimensions(table, table.default_by if by is None else by)
    _dimensions(table, tuple(where or ()))
    count = Count(vault.zone(table.zone), table, Period(first or "", last or ""), where or {})
    names = [d.name for d in dimensions]
    found = count.run(_question(count, dimensions), names, reused=True)
    rows = _Tally(count, dimensions, [row for row in found if row["_level"] == "rows"])
    whole = _Tally(count, (), [row for row in found if row["_level"] == "whole"])
    left_out = [_left_out(count, whole, row) for row in found if row["_level"] == "reasons" and row["_class"]]
    return Figures(
        table, count.period, tuple(names), rows.figures(own=False), whole.single(), rows.figures(own=True),
        whole.figures(own=True), tuple(u for u in left_out if u.verdict == "doubtful"),
        tuple(u for u in left_out if u.verdict == "not_counted"),
    )  # fmt: skip


def _left_out(count: Count, whole: "_Tally", row: Row) -> Uncounted:
    reason = count.all_reasons[row["_class"] - 1]
    amounts = whole.kept_out(row["_class"])
    return Uncounted(reason.name, reason.text, reason.verdict, row["_records"], row["_lines"], amounts)


def _dimensions(table: TableDeclaration, names: Sequence[str]) -> tuple[Dimension, ...]:
    for name in names:
        if name not in table.by_name:
            raise AppError("table.no_dimension", dimension=name, table=table.label, names=", ".join(table.by_name))
    return tuple(table.by_name[name] for name in names)


def _question(count: Count, dimensions: Sequence[Dimension]) -> str:
    """Write the statement that counts records and lines and adds amounts: for each row, as a whole, and by reason."""
    shares = "count(distinct iif(_among, _record, null)) as _among, count(distinct iif(_among and _shared, _record, null)) as _shared"
    counts = f"count(*) as _lines, count(distinct _record) as _records, null as _amount, {shares}"
    nothing = ["null as _unit", "null as _piece", "null as _prison", "null as _month"]
    stock = ["_prison", "_month"] if count.table.measure.average else nothing[2:]
    parts = [grouped((), ["'reasons' as _level", "_class", "null as _own", *nothing], counts, dimensions)]
    for level, by in (("rows", dimensions), ("whole", ())):
        columns = [f"'{level}' as _level", "_class", "_own"]
        parts.append(grouped(by, [*columns, *nothing], counts, dimensions))
        if count.table.measure.amounts:
            parts.append(grouped(by, [*columns, "_unit", "_piece", *stock], "null, null, sum(_amount), null, null", dimensions))
    return " union all ".join(parts)


class _Tally:
    """The groups that SQL found, brought to the unit of the table."""

    def __init__(self, count: Count, dimensions: Sequence[Dimension], rows: Sequence[Row]) -> None:
        self.count, self.table, self.dimensions = count, count.table, tuple(dimensions)
        self.counts: dict[tuple[int, str | None, Key], Row] = {}
        self.amounts: dict[tuple[int, str | None, Key], Decimal] = {}
        summed: dict[tuple[int, str | None, Key], list[Row]] = {}
        for row in rows:
            place = (row["_class"], row["_own"], tuple(row[f"_k_{d.name}"] for d in dimensions))
            if row["_lines"] is None:
                summed.setdefault(place, []).append(row)
            else:
                self.counts[place] = row
        for place, groups in summed.items():
            self.amounts[place] = self._sum(groups)

    def _sum(self, groups: Sequence[Row]) -> Decimal:
        convert = self.count.conversion.convert
        values = [(row, convert(row["_amount"] or 0, row["_unit"] or "", row["_piece"])) for row in groups]
        if not self.table.measure.average:
            return add([value for _, value in values])
        of_prison: dict[str, list[Decimal]] = {}
        months: dict[str, set[str]] = {}
        for row, value in values:
            of_prison.setdefault(row["_prison"], []).append(value)
            months.setdefault(row["_prison"], set()).add(row["_month"])
        return add([mean(add(found), len(months[prison])) for prison, found in of_prison.items()])

    def figures(self, *, own: bool) -> tuple[Figure, ...]:
        """List the counted figures in the order of their labels' lists, those in the table's unit or all others."""
        places = [place for place in self.counts if place[0] == 0 and (place[1] is not None) == own]
        return tuple(self._figure(place) for place in sorted(places, key=self._order))

    def single(self) -> Figure:
        """Give the one figure of a table that is not broken down."""
        found = self.figures(own=False)
        return found[0] if found else Figure((), (), self.table.unit, Decimal(0), 0, 0)

    def kept_out(self, number: int) -> dict[str, Decimal]:
        """Add up, by unit, what the reason of that *number* keeps out."""
        places = [place for place in self.counts if place[0] == number]
        return {place[1] or self.table.unit: self._value(place) for place in places}

    def _value(self, place: tuple[int, str | None, Key]) -> Decimal:
        if self.table.measure.amounts:
            return self.amounts.get(place, Decimal(0))
        return Decimal(self.counts[place]["_lines" if self.table.measure.count == "lines" else "_records"])

    def _figure(self, place: tuple[int, str | None, Key]) -> Figure:
        _, own, key = place
        labels = tuple(label_of(self.count.zone, d, value) for d, value in zip(self.dimensions, key, strict=True))
        row = self.counts[place]
        numbers = [row[name] for name in ("_records", "_lines", "_among", "_shared")]
        return Figure(key, labels, own or self.table.unit, self._value(place), *numbers)

    def _order(self, place: tuple[int, str | None, Key]) -> tuple[list[tuple[bool, int, str]], str]:
        keys = zip(self.dimensions, place[2], strict=True)
        return [order_of(self.count.zone, d, value) for d, value in keys], place[1] or ""


def order_of(zone: Zone, dimension: Dimension, value: Value) -> tuple[bool, int, str]:
    """Give the place of a value among those of its dimension: as its code list has them, what is unknown last."""
    listed = list(zone.definitions.codes[dimension.codes].codes) if dimension.codes else []
    at = listed.index(str(value)) if value in listed else len(listed)
    return value is None, at, str(value)


def label_of(zone: Zone, dimension: Dimension, value: Value) -> Label:
    """Name a value of a dimension to a person."""
    if value is None:
        return message("table.unknown")
    if dimension.codes:
        row = zone.definitions.codes[dimension.codes].codes.get(str(value))
        return row.label if row else Label.same(str(value))
    if dimension.field:
        f, reading = dimension.field, Reading(zone.today, dict(zone.definitions.codes))
        return Label({language: f.kind.show(value, f, reading, language) for language in LANGUAGES})
    if dimension.name == "month":
        year, _, month = str(value).partition("-")
        return Label.same(f"{month}.{year}")
    return Label.same(str(value))


def records_behind(
    vault: Vault,
    table: TableDeclaration,
    first: str | None = None,
    last: str | None = None,
    key: Mapping[str, Value] | None = None,
    *,
    reason: str = "",
    unit: str = "",
) -> list[Behind]:
    """List the records behind the figure whose dimensions are as *key* says, by their number.

    With *unit*, those that stand in that unit because they do not convert; with *reason*, those that it keeps out, once
    for each unit that stands apart.
    """
    _dimensions(table, tuple(key or ()))
    count = Count(vault.zone(table.zone), table, Period(first or "", last or ""), key or {})
    body = (
        "select _uid, _number, _prison, _month, _own, _unit, _piece, sum(_amount) as _amount, count(*) as _lines from _base"
        f" where _class = {count.mark(0)} group by _record, _own, _unit, _piece order by _number, _uid"
    )
    found: dict[tuple[str, str], Behind] = {}
    for row in count.run(body, extra=[count.number_of(reason)]):
        own, value, lines = row["_own"] or table.unit, _contribution(count, row), row["_lines"]
        if before := found.get((row["_uid"], own)):
            value, lines = add([before.value, value]), before.lines + lines
        behind = Behind(row["_uid"], row["_number"], row["_prison"], row["_month"], own, value, lines)
        found[row["_uid"], own] = behind
    return [behind for behind in found.values() if reason or behind.unit == (unit or table.unit)]


def _contribution(count: Count, row: Row) -> Decimal:
    measure = count.table.measure
    if measure.amounts:
        return count.conversion.convert(row["_amount"] or 0, row["_unit"] or "", row["_piece"])
    return Decimal(row["_lines"] if measure.count == "lines" else 1)


def explain(
    vault: Vault, table: TableDeclaration, number: str, first: str | None = None, last: str | None = None
) -> list[Explanation]:
    """Say of the record *number*, line by line where lines are counted, what *table* makes of it in these months.

    Raises AppError where there is no such record.
    """
    zone = vault.zone(table.zone)
    count = Count(zone, table, Period(first or "", last or ""))
    within = _rows_of(count, number)
    rows = within or _rows_of(Count(zone, table), number)
    if not rows:
        raise AppError("table.no_record", number=number)
    lines = table.lines
    of_record = vault.records(table.register.name).lines_of([rows[0]["_uid"]]) if lines else {}
    kept = {line["position"]: line for line in of_record.get(rows[0]["_uid"], {}).get(lines.name, [])} if lines else {}
    return [_explained(count, row, kept.get(row["_place"]), outside=not within) for row in rows]


def _rows_of(count: Count, number: str) -> list[Row]:
    body = (
        "select _uid, _month, _place, _class, _own, _unit, _piece, _amount, 1 as _lines from _base"
        f" where _number = {count.mark(0)} order by _place"
    )
    return count.run(body, extra=[number])


def _explained(count: Count, row: Row, line: Row | None, *, outside: bool) -> Explanation:
    reason = count.all_reasons[row["_class"] - 1] if row["_class"] else None
    verdict: Verdict = reason.verdict if reason else "counted"
    text = _worded(count, reason, row) if reason else None
    if outside and verdict != "not_counted":
        month = ".".join(reversed(row["_month"].split("-")))
        verdict, text = "not_counted", message("table.outside", month=month)
    has_amount = verdict != "not_counted" and not (count.table.measure.amounts and row["_amount"] is None)
    place = None if row["_place"] is None else row["_place"] + 1
    return Explanation(
        place, _title(count, line), verdict, text,
        _contribution(count, row) if has_amount else None, _in_words(count, row) if has_amount else None,
    )  # fmt: skip


def _worded(count: Count, reason: Reason, row: Row) -> Label:
    """Word a reason for one record, naming the other where it is one with that."""
    twin = count.twin_of(row["_uid"]) if reason.name == REPEATED else None
    if twin is None:
        return reason.text
    number, prison = twin
    known = count.zone.definitions.codes["prisons"].codes.get(prison)
    return message("table.repeated_by", number=number, prison=known.label if known else prison)


def _title(count: Count, line: Row | None) -> Label:
    """Name a line by what its declaration says names it."""
    if not line or not count.table.lines:
        return Label.same("")
    reading = Reading(count.zone.today, dict(count.zone.definitions.codes))
    fields = [count.table.lines.by_name[name] for name in count.table.lines.title]
    shown = {language: [f.kind.show(line.get(f.name), f, reading, language) for f in fields] for language in LANGUAGES}
    return Label({language: " · ".join(text for text in texts if text) for language, texts in shown.items()})


def _in_words(count: Count, row: Row) -> Label:
    """Write what a row adds, with its conversion: `12,5 г → 0,0125 кг`."""
    if not count.table.measure.amounts:
        return message("table.one")
    conversion, unit, to = count.conversion, row["_unit"] or "", count.table.unit
    written = _with_unit(conversion, conversion.amount(row["_amount"]), unit)
    if row["_own"]:
        return message("table.apart", amount=written, unit=conversion.codes["units"].codes[to].label)
    if unit == to:
        return written
    return message("table.converted", amount=written, result=_with_unit(conversion, _contribution(count, row), to))


def _with_unit(conversion: Conversion, value: Decimal, unit: str) -> Label:
    row = conversion.codes["units"].codes.get(unit)
    return Label({lang: f"{show(value, lang)}{f' {row.label[lang]}' if row else ''}" for lang in LANGUAGES})
