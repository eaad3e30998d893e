"""What a register says of care that must go on after release: who leaves, what must be ready by then, and who has arrived.

Two words of a declaration stand for it: `[release]` in the register of the persons, `[continuity]` in that of their care. Whether a
person's care goes on is asked before the release, and whether it did is asked after it (Mandela Rule 24: continuity of
treatment; WHO consolidated guidelines on tuberculosis).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from desktop.registers.blocks import Block, check_names
from desktop.registers.codes import CodeList
from desktop.registers.fields import is_value
from desktop.registers.kinds import Value
from desktop.registers.labels import Label
from desktop.registers.register import TODAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desktop.registers.register import Field, Lines, Register

_PERIOD = re.compile(r"\+\d+ (?:days|months)")

_Words = dict[str, type | tuple[type, ...]]
RELEASE_WORDS: _Words = {"expected_on": str, "left_on": str, "free": str}
_STEP_WORDS: _Words = {"name": str, "done": str, "label": Label, "shows": list, "ticks": dict}
_CLAIMS = ("goes_on", "leaves", "arrived", "settled")
_CONTINUITY_WORDS: _Words = {
    "label": Label, "person": str, "lines": str, "leaves_on": str, "tries": str, "interrupted_since": str, "lost_after": str,
    "begins": dict, "confirms": dict, "step": list, **dict.fromkeys(_CLAIMS, str),
}  # fmt: skip


@dataclass(frozen=True)
class Release:
    """How the record of a person tells of the release: the day it is expected on, the day of leaving, and the SQL of being free."""

    expected_on: str
    left_on: str
    free: str


@dataclass(frozen=True)
class Step:
    """One thing that must be ready: the SQL that holds when it is, what to show of it, and the codes that a tick adds."""

    name: str
    done: str
    label: Label
    shows: tuple[str, ...]
    ticks: Mapping[str, str]


@dataclass(frozen=True)
class Continuity:
    """How a register tells of care that goes on: claims in SQL over the record, and over its line where they speak of the release.

    *begins* is what a new line holds, *confirms* what is written once the person has arrived; `today` is the day it is.
    """

    label: Label
    person: str  # the reference to the record of the person
    lines: str  # the lines that tell of the release
    goes_on: str  # holds while the care is not finished
    leaves: str  # holds for a line of a release
    leaves_on: str  # of a line: the day
    arrived: str  # holds once the person has gone on elsewhere
    settled: str  # holds where nobody need be looked for any more
    tries: str  # the lines that tell what was tried, "" for none
    interrupted_since: str  # the first day without treatment, "" where nobody can tell
    lost_after: str  # how long an interruption may be before the person is lost to follow-up: `+2 months`
    begins: Mapping[str, Value]
    confirms: Mapping[str, Value]
    steps: tuple[Step, ...]

    def expressions(self) -> "Iterator[tuple[str, str, str]]":
        """Give every expression with its place, and the lines it speaks of, "" for the record alone."""
        yield "continuity: goes_on", self.goes_on, ""
        if self.interrupted_since:
            yield "continuity: interrupted_since", self.interrupted_since, ""
        for name in _CLAIMS[1:]:
            yield f"continuity: {name}", getattr(self, name), self.lines
        for step in self.steps:
            yield f"continuity, step {step.name}: done", step.done, self.lines


def read_release(block: Block, fields: "Sequence[Field]") -> Release | None:
    """Read what a register of persons says of their release. Raises DeclarationError."""
    if "release" not in block.words:
        return None
    part = Block(block.file, "release", block.words["release"], RELEASE_WORDS)
    dates = [f.name for f in fields if f.kind_name == "date"]
    return Release(part.one_of("expected_on", dates), part.one_of("left_on", dates), part.get("free"))


def read_continuity(
    block: Block, fields: "Sequence[Field]", lines: "Mapping[str, Lines]", codes: Mapping[str, CodeList]
) -> Continuity | None:
    """Read what a register says of care that must go on. Raises DeclarationError."""
    if "continuity" not in block.words:
        return None
    part = Block(block.file, "continuity", block.words["continuity"], _CONTINUITY_WORDS)
    told = lines[part.one_of("lines", sorted(lines))]
    lost_after = part.words.get("lost_after", "")
    if bool(lost_after) is not ("interrupted_since" in part.words) or (lost_after and not _PERIOD.fullmatch(lost_after)):
        part.refuse("'interrupted_since' and 'lost_after' go together; the latter says how long: +2 months, +28 days")
    begins, confirms = (_values(part, word, told, codes) for word in ("begins", "confirms"))
    return Continuity(
        label=part.get("label"), person=part.one_of("person", [f.name for f in fields if f.register]), lines=told.name,
        interrupted_since=part.words.get("interrupted_since", ""), lost_after=lost_after,
        leaves_on=part.one_of("leaves_on", [f.name for f in told.fields if f.kind_name == "date"]),
        tries=part.one_of("tries", ["", *sorted(lines)], ""), **{name: part.get(name) for name in _CLAIMS},
        begins=begins, confirms=confirms,
        steps=tuple(_step(one, told, codes) for one in part.parts("step", _STEP_WORDS)),
    )  # fmt: skip


def _step(part: Block, told: "Lines", codes: Mapping[str, CodeList]) -> Step:
    shows = part.names("shows")
    check_names(part, "shows", shows, told.by_name)
    many = [f.name for f in told.fields if f.kind_name == "choices"]
    check_names(part, "ticks", tuple(part.words.get("ticks", {})), many)
    return Step(part.name(), part.get("done"), part.get("label"), shows, _values(part, "ticks", told, codes))


def _values(part: Block, word: str, told: "Lines", codes: Mapping[str, CodeList]) -> dict[str, Any]:
    given: dict[str, Any] = part.words.get(word, {})
    check_names(part, word, tuple(given), told.by_name)
    for name, value in given.items():
        if value != TODAY and not is_value(told.by_name[name], value, dict(codes)):
            part.refuse(f"{word}: {name} = {value!r} is no value of the field")
    return given


def persons(register: "Register", registers: "Mapping[str, Register]") -> "Register":
    """Give the register of the persons whose care *register* tells of."""
    assert register.continuity is not None  # noqa: S101 - asked of registers of care only
    return registers[register.by_name[register.continuity.person].register]
