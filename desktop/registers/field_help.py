"""Help on a register and on each of its fields in Markdown, derived from the declaration: a new field has its help at once."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from desktop.registers.codes import CodeList
from desktop.registers.declarations import Definitions
from desktop.registers.kinds import Reading
from desktop.registers.messages import message
from desktop.registers.register import TODAY, Field, Lines, Register, Rule

# A longer list is looked through by typing.
MOST_CODES = 60
FIELD = "field:"

Say = Callable[..., str]


def explain_field(definitions: Definitions, table: Register | Lines, name: str, language: str, today: str = "") -> str:
    """Tell of the field *name*: what it is, how it is typed, what may stand there, and what is checked.

    Codes that are not valid on the day *today* are left out.
    """
    f = table.by_name.get(name) or definitions.header.by_name[name]
    say = partial(_say, language)
    parts = [f"## {f.label[language]}", f"*{', '.join(_facts(definitions, f, say, language))}*"]
    if f.hint:
        parts.append(_plain(f.hint[language]))
    parts += _conditions(definitions, table, f, say, language)
    if not f.value:
        parts += [f"### {say('how')}", " ".join(_ways(f, say))]
    if f.codes:
        parts += [f"### {say('choices_are')}", *_codes(definitions.codes[f.codes], say, language, today)]
    rules = [rule for rule in table.all_rules if name in rule.about and not rule.name.startswith(f"{name}.")]
    if rules:
        parts += [f"### {say('checked')}", "\n".join(_checked(rule, say, language) for rule in rules)]
    return "\n\n".join(part for part in parts if part)


def explain_register(register: Register, language: str) -> str:
    """Tell of a register: what it is for, what must be filled in, and what is asked where it applies."""
    say = partial(_say, language)
    counted = register.by_name[register.counts_on].label[language]
    number = register.number.format(prison="…", year=2013, serial=1)
    parts = [f"## {register.label[language]}", register.purpose[language]]
    parts.append(f"{say('counts_on', field=counted)} {say('number', number=number)}")
    for section in register.sections:
        lines = register.lines_by_name.get(section.name)
        fields = [f for f in register.fields if f.section == section.name and not f.until]
        title = section.label or (lines.label if lines else section.label)
        parts.append(f"### {title[language]}")
        parts += _asked(register, fields, say, language)
        if lines:
            least = f" ({say('lines_at_least', n=lines.at_least)})" if lines.at_least else ""
            parts.append(f"**{lines.label[language]}**{least}" if section.label else least.strip())
            parts += _asked(lines, [f for f in lines.fields if not f.until], say, language)
    return "\n\n".join(part for part in parts if part)


def _say(language: str, name: str, /, **params: Any) -> str:
    return message(f"field_help.{name}", **params)[language]


def _plain(text: str) -> str:
    """Keep Markdown from reading signs of a text as its own."""
    return re.sub(r"([*_<>#`|\[\]])", r"\\\1", text)


def _facts(definitions: Definitions, f: Field, say: Say, language: str) -> Iterator[str]:
    if f.register:
        yield say("reference", register=definitions.registers[f.register].label[language])
    else:
        yield say(f.kind_name)
    yield say("computed" if f.value else "required" if f.required else "optional")
    if f.unit:
        yield say("unit", unit=definitions.codes["units"].codes[f.unit].label[language])
    if f.min is not None:
        yield say("least", value=f"{f.min:g}")
    if f.max is not None:
        yield say("most", value=f"{f.max:g}")
    if f.kind_name == "decimal":
        yield say("digits", n=f.digits) if f.digits else say("no_digits")
    if f.kind_name == "text" and not f.value:
        yield say("length", n=f.length)


def _conditions(definitions: Definitions, table: Register | Lines, f: Field, say: Say, language: str) -> Iterator[str]:
    if f.value:
        if named := _named(definitions, table, f.value, f.name, language):
            yield say("from_fields", fields=named)
        return
    if f.until:
        yield say("retired")
    if f.ask_if:
        named = _named(definitions, table, f.ask_if, f.name, language)
        yield say("asked", fields=named) if named else say("asked_sometimes")
    if f.identifies:
        yield f"**{say('stays')}**"
    if f.default == TODAY and f.kind_name == "date":
        yield say("begins_today")
    elif f.default is not None:
        yield say("begins", value=_default(definitions, f, language))
    if f.sticky:
        yield say("sticky")


def _default(definitions: Definitions, f: Field, language: str) -> str:
    return f.kind.show(f.default, f, Reading(dt.date.min, dict(definitions.codes)), language)


def _named(definitions: Definitions, table: Register | Lines, sql: str, own: str, language: str) -> str:
    """Name to a person the fields that an expression speaks of."""
    register = definitions.registers[table.register] if isinstance(table, Lines) else table
    known = {part.name: part.label for one in register.tables for part in (*one.fields, one)}
    known |= {name: f.label for name, f in table.by_name.items()}
    words = dict.fromkeys(re.findall(r"[a-z_][a-z0-9_]*", re.sub(r"'[^']*'", "", sql)))
    labels = dict.fromkeys(known[word][language] for word in words if word in known and word not in (own, register.name))
    return ", ".join(f"«{label}»" for label in labels)


def _ways(f: Field, say: Say) -> Iterator[str]:
    if f.kind_name == "date" and f.coarse:
        yield say(f"type_only_{f.precision}")
    elif f.kind_name == "text" and f.identifies:
        yield say("type_name")
    else:
        yield say(f"type_{f.kind_name}")
    if f.kind_name == "date":
        if not f.coarse and f.precision != "day":
            yield say(f"type_{f.precision}")
        yield say("future" if f.future else "no_future")


def _codes(codes: CodeList, say: Say, language: str, today: str) -> Iterator[str]:
    valid = [row for row in codes.codes.values() if not today or row.is_valid(today)]
    rows = [f"| {say('code')} | {say('meaning')} |", "|---|---|"]
    rows += [f"| {_plain(row.code)} | {_plain(row.label[language])} |" for row in valid[:MOST_CODES]]
    yield "\n".join(rows)
    if more := len(valid[MOST_CODES:]):
        yield say("more_codes", n=more)


def _checked(rule: Rule, say: Say, language: str) -> str:
    return f"- {_plain(rule.text[language])} — *{say(rule.severity)}*"


def _asked(table: Register | Lines, fields: list[Field], say: Say, language: str) -> Iterator[str]:
    given = [f for f in fields if not f.value]
    needed = [f for f in given if f.required and not f.ask_if]
    for name, wanted in (("needs", needed), ("also", [f for f in given if f not in needed])):
        if wanted:
            yield f"{say(name)}: {', '.join(_link(table, f, language) for f in wanted)}."


def _link(table: Register | Lines, f: Field, language: str) -> str:
    return f"[{_plain(f.label[language])}]({address(table, f.name)})"


def address(table: Register | Lines, name: str) -> str:
    """Give the address under which the help of a field is asked for: `field:seizures/items/substance`."""
    place = f"{table.register}/{table.name}" if isinstance(table, Lines) else f"{table.name}/"
    return f"{FIELD}{place}/{name}"


def explain_address(definitions: Definitions, url: str, language: str, today: str = "") -> str:
    """Tell of the field that an `address` names."""
    register, lines, name = url.removeprefix(FIELD).split("/")
    table = definitions.registers[register]
    return explain_field(definitions, table.lines_by_name[lines] if lines else table, name, language, today)
