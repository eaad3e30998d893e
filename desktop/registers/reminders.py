"""What a register reminds of: records that wait for something to be done, each told by an SQL claim and the day it is due."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from desktop.registers.blocks import Block
from desktop.registers.codes import CodeList
from desktop.registers.expressions import slips
from desktop.registers.labels import Label
from desktop.registers.problems import DeclarationError
from desktop.registers.rules import Judge

if TYPE_CHECKING:
    from desktop.registers.register import Register

Urgency = Literal["error", "warning", "notice"]

# From what must be done today to what is good to know.
URGENCIES: tuple[Urgency, ...] = ("error", "warning", "notice")

_WORDS: dict[str, type | tuple[type, ...]] = {
    "name": str, "when": str, "day": str, "severity": str, "text": Label,
}  # fmt: skip


@dataclass(frozen=True)
class Reminder:
    """Records to be looked after: those for which *when* holds, each due on *day*; both are SQL, as in a rule.

    Beside the record and its lines they may read the records it refers to, by the name of their register.
    """

    name: str
    when: str
    day: str
    severity: Urgency
    text: Label


def read_reminders(block: Block) -> tuple[Reminder, ...]:
    """Read the reminders of a register. Raises DeclarationError."""
    found: dict[str, Reminder] = {}
    for part in block.parts("reminder", _WORDS):
        name = part.name()
        if name in found:
            part.refuse("this name is used twice")
        severity = next(one for one in URGENCIES if one == part.one_of("severity", URGENCIES))
        found[name] = Reminder(name, part.get("when"), part.get("day"), severity, part.get("text"))
    return tuple(found.values())


def referred(register: "Register", registers: Mapping[str, "Register"]) -> list["Register"]:
    """List the registers that the records of *register* refer to, but for itself."""
    names = dict.fromkeys(f.register for f in register.fields if f.register and f.register != register.name)
    return [registers[name] for name in names]


def check_reminders(register: "Register", registers: Mapping[str, "Register"], codes: Mapping[str, CodeList]) -> None:
    """Refuse a reminder whose SQL reads what is not there. Raises DeclarationError."""
    if not register.reminders:
        return
    judge = Judge(register, codes)
    others = referred(register, registers)
    for other in others:
        judge.let_read(other)
    for reminder in register.reminders:
        for word, expression in (("when", reminder.when), ("day", reminder.day)):
            place = f"reminder {reminder.name}: {word}"
            try:
                judge.prepare(expression, register)
            except (sqlite3.Error, sqlite3.Warning, ValueError) as slip:
                raise DeclarationError(f"{register.name}.toml", place, f"{slip} in: {expression}") from slip
            # A code of either table will do: SQL does not say whose field a bare name is.
            if found := min((list(slips(expression, one, codes)) for one in (register, *others)), key=len):
                raise DeclarationError(f"{register.name}.toml", place, f"{found[0]} in: {expression}")
