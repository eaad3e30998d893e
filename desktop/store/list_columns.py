"""Which columns of a register's list a person sees, in which order and how wide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from desktop.registers.declarations import Definitions
from desktop.registers.register import Field, Lines, Register
from desktop.store.preferences import prefer, preference
from desktop.store.records import Records

# What the header of a record has for a reader of the list; the rest of it is for programs.
_HEADER = (
    "number",
    "prison",
    "state",
    "month",
    "created_at",
    "created_by",
    "changed_at",
    "changed_by",
    "void_reason",
    "remarks",
)


@dataclass(frozen=True)
class Columns:
    """The *names* of the columns from left to right, and the *widths* in pixels of those that were made wider or narrower."""

    names: tuple[str, ...]
    widths: Mapping[str, int] = field(default_factory=dict)


def column(definitions: Definitions, register: Register, name: str) -> Field | Lines:
    """Find what a column shows: a field, a field of the header, or lines. Raises KeyError."""
    return register.lines_by_name.get(name) or register.by_name.get(name) or definitions.header.by_name[name]


def possible(definitions: Definitions, register: Register) -> list[Field | Lines]:
    """List all that may be a column: those of the declared list first, then the rest in the order of the form."""
    names = [*register.list, *register.by_name, *register.lines_by_name, *_HEADER]
    return [column(definitions, register, name) for name in dict.fromkeys(names)]


def chosen(records: Records) -> Columns:
    """Give the columns as the person left them, by default those that the register declares."""
    kept = preference(records.zone, _place(records.register), {})
    known = {one.name for one in possible(records.zone.definitions, records.register)}
    # A field that headquarters has added may be taken away again by another pack.
    names = tuple(name for name in kept.get("names", ()) if name in known) or records.register.list
    return Columns(names, {name: width for name, width in kept.get("widths", {}).items() if name in known})


def choose(records: Records, names: Sequence[str], widths: Mapping[str, int]) -> None:
    """Keep the columns as they are now; where they are as declared, keep nothing."""
    is_declared = tuple(names) == records.register.list and not widths
    kept = None if is_declared else {"names": list(names), "widths": dict(widths)}
    prefer(records.zone, _place(records.register), kept)


def _place(register: Register) -> str:
    return f"columns.{register.name}"
