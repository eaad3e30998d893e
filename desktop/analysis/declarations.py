"""Read the national tables from their files, and refuse nonsense with a sentence naming file, place and slip.

A table says what makes a record count (each condition with its reason in words), what is measured, and by what it may be
broken down. Its SQL is written in the words of the rules; it is prepared here, and every code it names must exist.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Literal

from desktop.registers.blocks import Block, parse
from desktop.registers.codes import CodeList
from desktop.registers.declarations import Definitions
from desktop.registers.expressions import slips
from desktop.registers.labels import Label
from desktop.registers.messages import message
from desktop.registers.problems import DeclarationError
from desktop.registers.register import Field, Lines, Register
from desktop.registers.rules import Judge

FOLDER = "tables"
# What an expression may use of a record's header, beside its uid and its counting date (`counted_on`).
HEADER = ("number", "prison", "state", "month")

# What stands before the name of a field of the record that goes on from this one at another prison.
CONTINUED = "continued_"

# Reasons that every table has without declaring them.
OWN_REASONS = {"state", "no_lines", "no_amount", "no_date"}

Verdict = Literal["counted", "doubtful", "not_counted"]

_Words = dict[str, type | tuple[type, ...]]
_TABLE_WORDS: _Words = {
    "name": str, "label": Label, "description": Label, "register": str, "lines": str, "unit": str, "order": int,
    "counts_on": str, "through": list, "continued": str, "when": list, "measure": dict, "share": dict, "dimension": list,
    "default_by": list,
}  # fmt: skip
_WHEN_WORDS: _Words = {"name": str, "check": str, "otherwise": str, "reason": Label}
_AMOUNT_WORDS: _Words = {"sum": str, "unit_field": str, "check": str}
_PER_PIECE_WORDS: _Words = {"unit": str, "codes": str, "value": str, "column": str}
_MEASURE_WORDS: _Words = {
    "count": str, "sum": str, "unit_field": str, "convert": str, "average": bool, "instead": list, "per_piece": list,
}  # fmt: skip
_SHARE_WORDS: _Words = {"label": Label, "check": str, "among": str}
_DIMENSION_WORDS: _Words = {"name": str, "label": Label, "value": str, "codes": str, "many": bool}


@dataclass(frozen=True)
class Condition:
    """A claim that must hold for a record to count: what is null does not hold."""

    name: str
    check: str
    otherwise: Verdict
    reason: Label


@dataclass(frozen=True)
class Amount:
    """A number field that is summed where *check* holds, in the unit that *unit_field* names or else in its own."""

    field: Field
    unit_field: str = ""
    check: str = ""

    @property
    def is_decimal(self) -> bool:
        """Tell whether the store keeps the field in millionths."""
        return self.field.kind_name == "decimal"


@dataclass(frozen=True)
class PerPiece:
    """How pieces of *unit* convert: by the column of the code that the expression *value* gives."""

    unit: str
    codes: str
    value: str
    column: str


@dataclass(frozen=True)
class Measure:
    """What is measured: records, lines, or the sum of the first of *amounts* whose condition holds.

    With *average* the amounts are a stock, such as a population: months are averaged and prisons added.
    """

    count: Literal["records", "lines", ""] = ""
    amounts: tuple[Amount, ...] = ()
    convert: str = ""
    per_piece: tuple[PerPiece, ...] = ()
    average: bool = False


@dataclass(frozen=True)
class Share:
    """A rate: how many of the counted records *among* which it is asked are as *check* says; without *among*, of all of them."""

    label: Label
    check: str
    among: str = "1"


@dataclass(frozen=True)
class Dimension:
    """What a table may be broken down by; *codes* or *field* say how its values are shown.

    A value of *many* holds several codes, and its record stands under each of them.
    """

    name: str
    label: Label
    value: str
    codes: str = ""
    field: Field | None = None
    many: bool = False


@dataclass(frozen=True)
class Through:
    """A field of a record that is referred to, under the name by which expressions use it: `patient_sex`."""

    name: str
    reference: str
    target: Register
    field: Field


@dataclass(frozen=True)
class TableDeclaration:
    """One national table, as declared in one file."""

    name: str
    label: Label
    description: Label
    register: Register
    lines: Lines | None
    unit: str
    counts_on: str
    through: tuple[Through, ...]
    conditions: tuple[Condition, ...]
    measure: Measure
    dimensions: tuple[Dimension, ...]
    default_by: tuple[str, ...]
    order: int = 99
    share: Share | None = None
    continued: str = ""  # the field in which a record names the number of the one it goes on from

    @property
    def zone(self) -> str:
        """Name the zone whose file holds what is counted."""
        return self.register.zone

    @cached_property
    def by_name(self) -> dict[str, Dimension]:
        """Find a dimension by its name."""
        return {d.name: d for d in self.dimensions}


def load_tables(definitions: Definitions) -> dict[str, TableDeclaration]:
    """Read the tables of the folders that *definitions* came from, in their order. Raises DeclarationError."""
    loader = _Loader(definitions)
    tables: dict[str, TableDeclaration] = {}
    for folder in definitions.folders:
        for path in sorted((folder / FOLDER).glob("*.toml")):
            table = loader.table(path)
            if table.name in tables:
                raise DeclarationError(path.name, "", f"the table {table.name!r} is declared twice")
            tables[table.name] = table
    return dict(sorted(tables.items(), key=lambda item: (item[1].order, item[0])))


def built_in_dimensions(codes: Mapping[str, CodeList]) -> tuple[Dimension, ...]:
    """List what every table may be broken down by: year, month, prison and the prison's region."""
    regions = (Dimension("region", message("table.region"), "code('prisons', prison, 'region')", "regions"),)
    return (
        Dimension("year", message("table.year"), "substr(month, 1, 4)"),
        Dimension("month", message("table.month"), "iif(length(month) = 7, month, null)"),
        Dimension("prison", message("table.prison"), "prison", "prisons"),
        *(regions if "regions" in codes else ()),
    )


class _Loader:
    """Makes tables of files, knowing the registers and code lists."""

    def __init__(self, definitions: Definitions) -> None:
        self.registers, self.codes = definitions.registers, definitions.codes
        self.header = tuple(definitions.header.by_name[name] for name in HEADER)

    def table(self, path: Path) -> TableDeclaration:
        """Read one table. Raises DeclarationError."""
        block = Block(path.name, "", parse(path), _TABLE_WORDS)
        name = block.name()
        if name != path.stem:
            block.refuse(f"the table is named {name!r} but its file {path.stem!r}")
        register = self.registers[block.one_of("register", sorted(self.registers))]
        lines = self._lines(block, register)
        through = self._through(block, register)
        fields = register.by_name | {t.name: t.field for t in through} | (lines.by_name if lines else {})
        table = TableDeclaration(
            name=name, label=block.get("label"), description=block.get("description"), register=register, lines=lines,
            unit=block.one_of("unit", ["", *self.codes["units"].codes], ""), counts_on=self._counts_on(block, register),
            through=through, conditions=self._conditions(block), measure=self._measure(block, lines or register),
            dimensions=self._dimensions(block, fields), default_by=block.names("default_by") or ("year",),
            order=block.words.get("order", 99), share=self._share(block), continued=self._continued(block, register),
        )  # fmt: skip
        self._check_table(block, table)
        return table

    def _lines(self, block: Block, register: Register) -> Lines | None:
        name = block.one_of("lines", ["", *register.lines_by_name], "")
        return register.lines_by_name.get(name)

    def _through(self, block: Block, register: Register) -> tuple[Through, ...]:
        """List the fields of the records that *register* refers to; those that identify a person are left out."""
        found = []
        for reference in block.names("through"):
            referring = register.by_name.get(reference)
            if not referring or not referring.register:
                block.refuse(f"through names {reference!r}, which is no reference of {register.name}")
            target = self.registers[register.by_name[reference].register]
            for f in target.fields:
                name = f"{reference}_{f.name}"
                if name in register.by_name:
                    block.refuse(f"through makes the name {name!r}, which is a field of {register.name}")
                if not f.identifies:
                    found.append(Through(name, reference, target, f))
        return tuple(found)

    def _continued(self, block: Block, register: Register) -> str:
        texts = [f.name for f in register.fields if f.kind_name == "text" and not f.identifies]
        return block.one_of("continued", ["", *texts], "")

    def _counts_on(self, block: Block, register: Register) -> str:
        dates = [f.name for f in register.fields if f.kind_name == "date"]
        return block.one_of("counts_on", dates, register.counts_on)

    def _conditions(self, block: Block) -> tuple[Condition, ...]:
        found: list[Condition] = []
        for part in block.parts("when", _WHEN_WORDS):
            otherwise = part.one_of("otherwise", ("doubtful", "not_counted"))
            verdict: Verdict = "doubtful" if otherwise == "doubtful" else "not_counted"
            made = Condition(part.name(), part.get("check"), verdict, part.get("reason"))
            if made.name in {c.name for c in found} | OWN_REASONS:
                part.refuse("this name is used twice, or kept for a reason that every table has")
            found.append(made)
        return tuple(found)

    def _measure(self, block: Block, measured: Register | Lines) -> Measure:
        part = Block(block.file, "measure", block.get("measure"), _MEASURE_WORDS)
        if ("count" in part.words) == ("sum" in part.words):
            part.refuse("says either count or sum")
        if "count" in part.words:
            if len(part.words) > 1:
                part.refuse("with count no other word has a meaning")
            count = part.one_of("count", ("records", "lines") if isinstance(measured, Lines) else ("records",))
            return Measure(count="lines" if count == "lines" else "records")
        last = self._amount(part, measured)
        instead = [self._amount(each, measured) for each in part.parts("instead", _AMOUNT_WORDS)]
        if not all(amount.check for amount in instead):
            part.refuse("each 'instead' needs a 'check'")
        amounts = (*instead, last)
        if len({amount.is_decimal for amount in amounts}) > 1:
            part.refuse("sums whole numbers and decimals: choose fields of one kind")
        convert = part.words.get("convert", "")
        if convert:
            self._check_column(part, "units", convert)
        per_piece = tuple(self._per_piece(each) for each in part.parts("per_piece", _PER_PIECE_WORDS))
        return Measure("", amounts, convert, per_piece, part.words.get("average", False))

    def _share(self, block: Block) -> Share | None:
        if "share" not in block.words:
            return None
        part = Block(block.file, "share", block.words["share"], _SHARE_WORDS)
        return Share(part.get("label"), part.get("check"), part.words.get("among", "1"))

    def _amount(self, part: Block, measured: Register | Lines) -> Amount:
        numbers = [f.name for f in measured.fields if f.kind.is_number]
        units = [f.name for f in measured.fields if f.codes and self.codes[f.codes].whole == "units"]
        found = measured.by_name[part.one_of("sum", numbers)]
        return Amount(found, part.one_of("unit_field", ["", *units], ""), part.words.get("check", ""))

    def _per_piece(self, part: Block) -> PerPiece:
        codes = part.one_of("codes", sorted(self.codes))
        self._check_column(part, codes, part.get("column"))
        unit = part.one_of("unit", list(self.codes["units"].codes))
        return PerPiece(unit, codes, part.get("value"), part.get("column"))

    def _check_column(self, part: Block, codes: str, column: str) -> None:
        """Refuse a column that is not there or holds what is no number."""
        rows = self.codes[codes].codes.values()
        columns = {name for row in rows for name in row.other}
        if column not in columns:
            near = get_close_matches(column, columns, 1)
            hint = f", did you mean {near[0]!r}?" if near else ""
            part.refuse(f"the code list {codes!r} has no column {column!r}{hint}")
        for row in rows:
            try:
                Decimal(row.column(column) or 0)
            except InvalidOperation:
                part.refuse(f"{codes}, code {row.code}: {column} = {row.column(column)!r} is no number")

    def _dimensions(self, block: Block, fields: Mapping[str, Field]) -> tuple[Dimension, ...]:
        found = list(built_in_dimensions(self.codes))
        for part in block.parts("dimension", _DIMENSION_WORDS):
            value = part.words.get("value", part.name())
            own = fields.get(value)
            codes = part.one_of("codes", ["", *self.codes], own.codes if own else "")
            label = part.words.get("label", own.label) if own else part.get("label")
            many = part.words.get("many", own is not None and own.kind_name == "choices")
            made = Dimension(part.name(), label, value, codes, own, many)
            if made.name in {d.name for d in found}:
                part.refuse("this name is used twice, or kept for what every table may be broken down by")
            found.append(made)
        return tuple(found)

    def _check_table(self, block: Block, table: TableDeclaration) -> None:
        for name in table.default_by:
            if name not in table.by_name:
                near = get_close_matches(name, table.by_name, 1)
                hint = f", did you mean {near[0]!r}?" if near else ""
                block.refuse(f"default_by names {name!r}, which is no dimension{hint}")
        amounts, convert = table.measure.amounts, table.measure.convert
        if not table.unit and any(amount.unit_field for amount in amounts):
            block.refuse("the word 'unit' is missing: the unit that amounts are added in")
        if convert and self.codes["units"].codes[table.unit].column(convert) != "1":
            block.refuse(f"unit = {table.unit!r} must have 1 in the column {convert!r} of units")
        self._check_expressions(block, table)

    def _check_expressions(self, block: Block, table: TableDeclaration) -> None:
        followed = [replace(t.field, name=t.name) for t in table.through]
        goes_on = [*self.header, *table.register.fields] if table.continued else []
        followed += [replace(f, name=CONTINUED + f.name) for f in goes_on]
        register = replace(table.register, fields=(*table.register.fields, *followed, *self.header))
        judge = Judge(register, self.codes)
        level = table.lines or register
        for place, expression in _expressions(table):
            try:
                judge.prepare(expression, level)
            except (sqlite3.Error, sqlite3.Warning, ValueError) as slip:
                raise DeclarationError(block.file, place, f"{slip} in: {expression}") from slip
            for slip_of_code in slips(expression, register, self.codes):
                raise DeclarationError(block.file, place, f"{slip_of_code} in: {expression}")


def _expressions(table: TableDeclaration) -> Iterator[tuple[str, str]]:
    """Give every expression of *table* with the place it stands at."""
    for condition in table.conditions:
        yield f"when {condition.name}: check", condition.check
    for amount in table.measure.amounts:
        if amount.check:
            yield f"measure, instead {amount.field.name}: check", amount.check
    for piece in table.measure.per_piece:
        yield f"measure, per_piece {piece.unit}: value", piece.value
    if table.share:
        yield "share: check", table.share.check
        yield "share: among", table.share.among
    for dimension in table.dimensions:
        yield f"dimension {dimension.name}: value", dimension.value
