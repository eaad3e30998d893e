"""The way through a record for somebody who learns it: the next thing to type, reckoned from the declaration and an example."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from desktop.registers.kinds import Value
from desktop.registers.problems import Problem
from desktop.registers.register import Field, Lines, Register
from desktop.registers.rules import LinesOf, Row


@dataclass(frozen=True)
class Step:
    """One thing to do: fill in a *field* of the record or of a line, with *value* as an example, or add a line."""

    lines: Lines | None = None
    line: int = 0
    field: Field | None = None
    value: Value = None


@dataclass(frozen=True)
class Situation:
    """How the form stands: what was typed, what cannot be read, what is not asked, what is wrong, what it had *begun* with.

    Places of *unread* and *not_asked* are written as the form writes them: `quantity` or `items/0/quantity`.
    """

    record: Row
    lines: LinesOf
    unread: Collection[str] = ()
    not_asked: Collection[str] = ()
    problems: Sequence[Problem] = ()
    begun: Mapping[str, Any] = field(default_factory=dict)


def steps(register: Register, example: tuple[Row, LinesOf], now: Situation) -> Iterator[tuple[Step, bool]]:
    """Walk through what the lesson asks for as the form stands, in the form's order, each with whether it is done.

    That is what must be filled in and what the *example* has besides, with as many lines as the example.
    """
    record, lines = example
    for section in register.sections:
        of_section = [f for f in register.fields if f.section == section.name]
        yield from _fields(of_section, record, now.record, now, None, 0)
        if table := register.lines_by_name.get(section.name):
            yield from _of_lines(table, lines.get(table.name, []), now)


def _of_lines(table: Lines, examples: Sequence[Mapping[str, Any]], now: Situation) -> Iterator[tuple[Step, bool]]:
    there = now.lines.get(table.name, [])
    for place in range(max(table.at_least, len(examples))):
        example = examples[place] if place < len(examples) else {}
        yield Step(table, place), place < len(there)
        if place < len(there):
            yield from _fields(table.fields, example, there[place], now, table, place)


def _fields(
    fields: Sequence[Field], example: Mapping[str, Any], row: Mapping[str, Any], now: Situation, lines: Lines | None, line: int
) -> Iterator[tuple[Step, bool]]:
    for f in fields:
        place = f"{lines.name}/{line}/{f.name}" if lines else f.name
        if f.value or f.until or place in now.not_asked or not (f.required or f.name in example):
            continue
        typed, wanted = row.get(f.name), example.get(f.name)
        is_wrong = place in now.unread or any(_is_about(problem, f, lines, line) for problem in now.problems)
        # What stands there from the beginning may not go with the rest of the example.
        is_left = f.name in example and typed != wanted and typed == (f.default if lines else now.begun.get(f.name))
        yield Step(lines, line, f, wanted), typed is not None and not is_wrong and not is_left


def _is_about(problem: Problem, f: Field, lines: Lines | None, line: int) -> bool:
    of_line = (problem.lines, problem.line) if problem.lines else ("", 0)
    return problem.severity == "error" and f.name == problem.about[0] and of_line == (lines.name if lines else "", line)
