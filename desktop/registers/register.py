"""What a register declares: its fields, its lines, its rules, and the rules that follow from them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from desktop.registers.kinds import KINDS, Kind, Value
from desktop.registers.labels import Label
from desktop.registers.links import Links
from desktop.registers.messages import message
from desktop.registers.problems import Severity
from desktop.registers.rolls import Roll

if TYPE_CHECKING:
    from desktop.registers.continuity import Continuity, Release
    from desktop.registers.reminders import Reminder

# The default of a date that is the day a record is begun.
TODAY = "today"

# What stands for the prison and the number of a record that went to another prison.
MOVED = ("{prison}", "{number}")

# What every Excel cell can hold, with room to spare.
LONGEST_NOTE = 30_000


@dataclass(frozen=True)
class Field:
    """One question of a form, one column of a table and of a sheet."""

    name: str
    kind_name: str
    label: Label
    hint: Label | None = None
    section: str = ""
    required: bool = False
    ask_if: str = ""
    value: str = ""
    default: str | int | None = None
    codes: str = ""
    register: str = ""
    unit: str = ""
    min: float | None = None
    max: float | None = None
    digits: int = 3
    precision: str = "day"
    coarse: bool = False
    future: bool = False
    length: int = 200
    identifies: bool = False
    sticky: bool = False
    until: str = ""
    carried: bool = False  # computed of what stays in the prison, so it is handed over as it is

    @property
    def is_given(self) -> bool:
        """Tell whether a value is taken as it comes, from a person or a file, rather than computed again."""
        return not self.value or self.carried

    @property
    def kind(self) -> Kind:
        """Give the kind that reads, checks and shows this field's values."""
        return KINDS[self.kind_name]


@dataclass(frozen=True)
class Rule:
    """A claim about a record that must hold: an SQL expression over its fields, where null counts as true."""

    name: str
    check: str
    severity: Severity
    about: tuple[str, ...]
    text: Label


@dataclass(frozen=True)
class Section:
    """A part of a form."""

    name: str
    label: Label


@dataclass(frozen=True)
class Table:
    """What a register and its lines have in common: fields, rules, and how a row is named to a person."""

    name: str
    label: Label
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...] = ()
    title: tuple[str, ...] = ()

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """Find a field by its name."""
        return {f.name: f for f in self.fields}

    @cached_property
    def all_rules(self) -> tuple[Rule, ...]:
        """List the declared rules after those that follow from the fields themselves."""
        return tuple(rule for f in self.fields for rule in _rules_of(f)) + self.rules


@dataclass(frozen=True)
class Lines(Table):
    """A table inside a record: the items of a seizure, the participants of a course."""

    register: str = ""
    at_least: int = 0

    @property
    def table(self) -> str:
        """Name the table in the store and the sheet in a workbook."""
        return f"{self.register}_{self.name}"


@dataclass(frozen=True)
class Transfer:
    """How a record goes to another prison with its person: which of its lines say so, and what each prison then writes.

    Of the values to write, `today` is the day of the answer, `{prison}` and `{number}` are those of the record that left.
    """

    lines: str
    prison: str  # of a line: where to
    when: str  # the SQL that holds for a line whose record is to leave
    person: str  # the reference to the record of the person
    same_person: tuple[str, ...]  # what tells that two records of a person are of one
    stays_behind: tuple[str, ...]  # what the record of the person at the new prison does not take over
    sent: Mapping[str, Value]
    confirmed: Mapping[str, Value]
    refused: Mapping[str, Value]
    left: Mapping[str, Value]  # in the record itself, once its arrival is confirmed
    arriving: Mapping[str, Value]  # in the record at the new prison; who notified a case first is never written over
    arriving_line: Mapping[str, Value]


@dataclass(frozen=True)
class Register(Table):
    """One kind of record, as declared in one file."""

    zone: str = ""
    number: str = ""
    counts_on: str = ""
    list: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()  # what the list is narrowed by at a click: fields, those of lines as `lines.field`
    sums: tuple[str, ...] | None = None  # what the foot of the list adds up, the same way; by default the numbers in `list`
    search: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()
    resembles: tuple[str, ...] = ()  # what two records share that may be one event recorded twice
    resembles_within: int = 0  # days that their counts_on may lie apart
    order: int = 99
    icon: str = "book-open"
    purpose: Label = field(default_factory=Label)
    sections: tuple[Section, ...] = ()
    lines: tuple[Lines, ...] = ()
    transfer: Transfer | None = None
    release: "Release | None" = None
    continuity: "Continuity | None" = None
    links: Links | None = None
    roll: Roll | None = None
    reminders: tuple["Reminder", ...] = ()

    @property
    def table(self) -> str:
        """Name the table in the store and the sheet in a workbook."""
        return self.name

    @cached_property
    def lines_by_name(self) -> dict[str, Lines]:
        """Find a lines table by its name."""
        return {lines.name: lines for lines in self.lines}

    @property
    def tables(self) -> "Iterator[Register | Lines]":
        """Walk through the register's own table and then its lines."""
        yield self
        yield from self.lines

    def at(self, path: str) -> Field:
        """Find a field by its name, that of a line as `lines.field`. Raises KeyError."""
        lines, _, name = path.rpartition(".")
        return (self.lines_by_name[lines] if lines else self).by_name[name]

    @cached_property
    def filtered(self) -> tuple[str, ...]:
        """Name the choices by which the list is narrowed at a click: the declared ones, or the first in the list."""
        chosen = (name for name in self.list if name in self.by_name and self.by_name[name].codes)
        return self.filters or tuple(chosen)[:1]

    @cached_property
    def summed(self) -> tuple[str, ...]:
        """Name the numbers that the foot of the list adds up."""
        numbers = tuple(name for name in self.list if name in self.by_name and self.by_name[name].kind.is_number)
        return numbers if self.sums is None else self.sums

    @cached_property
    def searched(self) -> tuple[str, ...]:
        """Name the fields whose words the search looks through."""
        return self.search or tuple(f.name for f in self.fields if f.kind.is_words)


def _rules_of(f: Field) -> Iterator[Rule]:
    """Derive the rules that a field's own words imply, so that form and import need only one way of checking."""
    if f.value:
        return
    yield from _presence(f)
    yield from _limits(f)
    if f.codes:
        known = f"known('{f.codes}', {f.name})"
        yield Rule(f"{f.name}.known", known, "error", (f.name,), message("problem.unknown_code"))
        valid = f"valid('{f.codes}', {f.name}, counted_on)"
        yield Rule(f"{f.name}.valid", valid, "warning", (f.name,), message("problem.code_not_valid"))
    if f.until:
        late = f"{f.name} is null or not before('{f.until}', counted_on)"
        yield Rule(f"{f.name}.retired", late, "warning", (f.name,), message("problem.field_retired", label=f.label))


def _presence(f: Field) -> Iterator[Rule]:
    if f.required:
        given = f"{f.name} is not null" + (f" or not coalesce(({f.ask_if}), 0)" if f.ask_if else "")
        yield Rule(f"{f.name}.required", given, "error", (f.name,), message("problem.required", label=f.label))
    if f.ask_if:
        asked = f"{f.name} is null or {_is_default(f)} or coalesce(({f.ask_if}), 0)"
        yield Rule(f"{f.name}.asked", asked, "warning", (f.name,), message("problem.not_asked", label=f.label))


def _is_default(f: Field) -> str:
    """Give the SQL that tells whether a value is only the default, which nobody need clear by hand."""
    if f.default is None:
        return "0"
    if f.kind_name == "date" and f.default == TODAY:
        return f"{f.name} = today()"
    value = f.kind.to_rule(f.default)
    return f"{f.name} = " + ("'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value))


def _limits(f: Field) -> Iterator[Rule]:
    if f.min is not None:
        text = message("problem.too_small", label=f.label, limit=f"{f.min:g}")
        yield Rule(f"{f.name}.min", f"{f.name} >= {f.min!r}", "error", (f.name,), text)
    if f.max is not None:
        text = message("problem.too_large", label=f.label, limit=f"{f.max:g}")
        yield Rule(f"{f.name}.max", f"{f.name} <= {f.max!r}", "error", (f.name,), text)
    if f.kind_name in ("text", "note"):
        longest = f.length if f.kind_name == "text" else LONGEST_NOTE
        text = message("problem.too_long", label=f.label, limit=longest)
        yield Rule(f"{f.name}.length", f"length({f.name}) <= {longest}", "error", (f.name,), text)
    if f.kind_name == "decimal":
        text = message("problem.too_many_digits", label=f.label, n=f.digits)
        exact = f"abs({f.name} - round({f.name}, {f.digits})) < 0.0000005"
        yield Rule(f"{f.name}.digits", exact, "error", (f.name,), text)
    if f.kind_name == "date" and not f.future:
        text = message("problem.future_date", label=f.label)
        yield Rule(f"{f.name}.future", f"not before(today(), {f.name})", "error", (f.name,), text)
