"""Read registers and code lists from their files, and refuse nonsense with a sentence naming file, place and slip.

Definitions may lie in several folders: the program's own, and those a service adds to it. A later folder may bring new
registers and code lists, and new or changed rows of a code list.
"""

import hashlib
import sqlite3
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from desktop.registers.blocks import Block, check_names, parse
from desktop.registers.codes import CodeList, read_codes
from desktop.registers.kinds import KINDS
from desktop.registers.labels import Label
from desktop.registers.problems import DeclarationError
from desktop.registers.register import Field, Lines, Register, Rule, Section, Table
from desktop.registers.resources import RESOURCES
from desktop.registers.rules import Judge

HEADER = "record.toml"

_FIELD_WORDS: dict[str, type | tuple[type, ...]] = {
    "name": str, "kind": str, "label": Label, "hint": Label, "section": str, "required": bool, "ask_if": str,
    "value": str, "default": (str, int), "codes": str, "register": str, "unit": str, "min": (int, float),
    "max": (int, float), "digits": int, "precision": str, "coarse": bool, "future": bool, "length": int,
    "identifies": bool, "sticky": bool, "until": str,
}  # fmt: skip
_RULE_WORDS: dict[str, type | tuple[type, ...]] = {
    "name": str, "check": str, "severity": str, "about": list, "text": Label,
}  # fmt: skip
_LINES_WORDS: dict[str, type | tuple[type, ...]] = {
    "name": str, "label": Label, "at_least": int, "title": list, "field": list, "rule": list,
}  # fmt: skip
_SECTION_WORDS: dict[str, type | tuple[type, ...]] = {"name": str, "label": Label}
_REGISTER_WORDS: dict[str, type | tuple[type, ...]] = {
    "name": str, "zone": str, "number": str, "counts_on": str, "list": list, "label": Label, "purpose": Label,
    "title": list, "search": list, "unique": list, "order": int, "icon": str, "section": list, "field": list,
    "rule": list, "lines": list,
}  # fmt: skip


@dataclass(frozen=True)
class Definitions:
    """All that the program knows of registers and code lists; *fingerprint* changes when any of it does."""

    registers: Mapping[str, Register]
    codes: Mapping[str, CodeList]
    header: Table
    fingerprint: str
    folders: tuple[Path, ...] = field(default=(), compare=False)

    def of_zone(self, zone: str) -> list[Register]:
        """List the registers of *zone* in the order of the rail."""
        return sorted((r for r in self.registers.values() if r.zone == zone), key=lambda r: (r.order, r.name))

    @property
    def zones(self) -> list[str]:
        """List the zones that have a register, in the order of their code list."""
        used = {register.zone for register in self.registers.values()}
        return [zone for zone in self.codes["zones"].codes if zone in used]


def load(*folders: Path) -> Definitions:
    """Read the definitions of *folders* (by default the program's own). Raises DeclarationError."""
    folders = folders or (RESOURCES,)
    codes = _read_all_codes(folders)
    header = Table("record", Label.same(""), _header_fields(folders[0] / HEADER, codes))
    loader = _Loader(codes, {f.name for f in header.fields})
    registers: dict[str, Register] = {}
    for folder in folders:
        for path in sorted((folder / "registers").glob("*.toml")):
            register = loader.register(path)
            if register.name in registers:
                raise DeclarationError(path.name, "", f"the register {register.name!r} is declared twice")
            registers[register.name] = register
    for register in registers.values():
        _check_across(register, registers)
    return Definitions(registers, codes, header, _fingerprint(folders), folders)


def _read_all_codes(folders: Sequence[Path]) -> dict[str, CodeList]:
    files: dict[str, list[Path]] = {}
    for folder in folders:
        for path in sorted((folder / "codes").glob("*.csv")):
            files.setdefault(path.stem, []).append(path)
    return {name: read_codes(paths) for name, paths in files.items()}


def _fingerprint(folders: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for folder in folders:
        paths = [folder / HEADER, *(folder / "registers").glob("*.toml"), *(folder / "codes").glob("*.csv")]
        for path in sorted(p for p in paths if p.exists()):
            digest.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()[:16]


def _header_fields(path: Path, codes: Mapping[str, CodeList]) -> tuple[Field, ...]:
    block = Block(path.name, "", parse(path), {"field": list})
    return tuple(_Loader(codes, set()).field(part, "") for part in block.parts("field", _FIELD_WORDS))


class _Loader:
    """Makes registers of files, knowing the code lists and the names that every record's header keeps for itself."""

    def __init__(self, codes: Mapping[str, CodeList], reserved: set[str]) -> None:
        self.codes, self.reserved = codes, reserved

    def register(self, path: Path) -> Register:
        """Read one register. Raises DeclarationError."""
        block = Block(path.name, "", parse(path), _REGISTER_WORDS)
        name = block.name()
        if name != path.stem:
            block.refuse(f"the register is named {name!r} but its file {path.stem!r}")
        sections = tuple(Section(s.name(), s.words.get("label") or Label()) for s in block.parts("section", _SECTION_WORDS))
        fields = self._fields(block, "field", {s.name for s in sections}, set())
        lines = tuple(self._lines(part, name, {f.name for f in fields}) for part in block.parts("lines", _LINES_WORDS))
        self._check_sections(block, sections, lines)
        rules = self._rules(block, "rule", fields, {table.name for table in lines})
        register = Register(
            name=name, label=block.get("label"), fields=fields, rules=rules, title=block.names("title"),
            zone=block.one_of("zone", tuple(self.codes["zones"].codes)), number=self._number(block),
            counts_on=block.get("counts_on"), list=block.names("list"), search=block.names("search"),
            unique=block.names("unique"), order=block.words.get("order", 99),
            icon=block.words.get("icon", "book-open"), purpose=block.get("purpose"), sections=sections, lines=lines,
        )  # fmt: skip
        self._check_register(block, register)
        return register

    def field(self, block: Block, section: str) -> Field:
        """Make one field. Raises DeclarationError."""
        words = dict(block.words)
        name = block.name()
        kind = block.one_of("kind", tuple(KINDS))
        words.pop("kind")
        made = Field(**{**words, "name": name, "kind_name": kind, "label": block.get("label"), "section": section})
        self._check_field(block, made)
        return made

    def _check_field(self, block: Block, made: Field) -> None:
        if (made.kind_name in ("choice", "choices")) != bool(made.codes):
            block.refuse("'codes' goes with the kinds choice and choices, and they need it")
        if made.codes and made.codes not in self.codes:
            near = get_close_matches(made.codes, self.codes, 1)
            block.refuse(f"the code list {made.codes!r} is unknown" + (f", did you mean {near[0]!r}?" if near else ""))
        if (made.kind_name == "reference") != bool(made.register):
            block.refuse("'register' goes with the kind reference, and it needs it")
        if made.unit and (not made.kind.is_number or made.unit not in self.codes["units"].codes):
            block.refuse(f"unit = {made.unit!r} is no code of units, or the field is no number")
        if made.precision not in ("day", "month", "year"):
            block.refuse(f"precision = {made.precision!r} is unknown: day, month or year")
        if made.coarse and made.precision == "day":
            block.refuse("a coarse date needs precision month or year")
        if (made.min is not None or made.max is not None) and not made.kind.is_number:
            block.refuse("'min' and 'max' go with numbers only")
        if made.value and (made.required or made.ask_if or made.default is not None):
            block.refuse("a field with 'value' is computed: required, ask_if and default have no meaning")
        if made.codes and made.default is not None and made.default not in self.codes[made.codes].codes:
            block.refuse(f"the default {made.default!r} is no code of {made.codes}")

    def _fields(self, block: Block, word: str, sections: set[str], taken: set[str]) -> tuple[Field, ...]:
        fields: list[Field] = []
        for part in block.parts(word, _FIELD_WORDS):
            section = part.one_of("section", sorted(sections)) if sections else ""
            made = self.field(part, section)
            if made.name in self.reserved:
                part.refuse("this name is kept for the header of every record")
            if made.name in taken or made.name in {f.name for f in fields}:
                part.refuse("this name is used twice")
            fields.append(made)
        if not fields:
            block.refuse("has no field")
        return tuple(fields)

    def _rules(self, block: Block, word: str, fields: Sequence[Field], lines: set[str]) -> tuple[Rule, ...]:
        rules: list[Rule] = []
        known = {f.name for f in fields} | lines
        for part in block.parts(word, _RULE_WORDS):
            severity = part.one_of("severity", ("error", "warning"))
            about = part.names("about")
            for name in about:
                if name not in known:
                    near = get_close_matches(name, known, 1)
                    hint = f", did you mean {near[0]!r}?" if near else ""
                    part.refuse(f"is about {name!r}, which is no field{hint}")
            if not about:
                part.refuse("the word 'about' is missing: name the fields it speaks of")
            rule = Rule(part.name(), part.get("check"), "error" if severity == "error" else "warning", about, part.get("text"))
            if rule.name in {r.name for r in rules}:
                part.refuse("this name is used twice")
            rules.append(rule)
        return tuple(rules)

    def _lines(self, block: Block, register: str, taken: set[str]) -> Lines:
        name = block.name()
        fields = self._fields(block, "field", set(), taken)
        rules = self._rules(block, "rule", fields, taken)
        title = block.names("title") or (fields[0].name,)
        check_names(block, "title", title, {f.name for f in fields})
        label = block.get("label")
        return Lines(name, label, fields, rules, title, register, block.words.get("at_least", 0))

    def _number(self, block: Block) -> str:
        pattern = str(block.get("number"))
        try:
            words = {word for _, word, _, _ in string.Formatter().parse(pattern) if word}
            pattern.format(prison="IK-01", year=2013, serial=1)
        except (ValueError, KeyError, IndexError):
            words = set()
        if words != {"prison", "year", "serial"}:
            block.refuse("number must be made of {prison}, {year} and {serial:04}")
        return pattern

    def _check_sections(self, block: Block, sections: tuple[Section, ...], lines: tuple[Lines, ...]) -> None:
        names = [s.name for s in sections]
        for table in lines:
            if table.name not in names:
                block.refuse(f"no section places the lines {table.name!r}")
        for s in sections:
            if not s.label and s.name not in {table.name for table in lines}:
                block.refuse(f"section {s.name!r}: the word 'label' is missing")
        for name in names:
            if names.count(name) > 1:
                block.refuse(f"section {name!r}: this name is used twice")

    def _check_register(self, block: Block, register: Register) -> None:
        own = set(register.by_name)
        shown = own | self.reserved | set(register.lines_by_name)
        if register.lines_by_name.keys() & own:
            block.refuse(f"a field and lines share the name {min(register.lines_by_name.keys() & own)!r}")
        check_names(block, "list", register.list, shown)
        if not register.list:
            block.refuse("the word 'list' is missing")
        for word in ("title", "search", "unique"):
            check_names(block, word, getattr(register, word), own)
        counted = register.by_name.get(register.counts_on)
        if not counted or counted.kind_name != "date" or not counted.required:
            block.refuse(f"counts_on = {register.counts_on!r} must name a required date")
        self._check_expressions(block, register)

    def _check_expressions(self, block: Block, register: Register) -> None:
        judge = Judge(register, self.codes)
        for table in register.tables:
            for f in table.fields:
                for word, expression in (("ask_if", f.ask_if), ("value", f.value)):
                    if expression:
                        self._prepare(block, judge, table, f"field {f.name}: {word}", expression)
            for rule in table.rules:
                self._prepare(block, judge, table, f"rule {rule.name}: check", rule.check)

    @staticmethod
    def _prepare(block: Block, judge: Judge, table: Register | Lines, place: str, expression: str) -> None:
        where = f"lines {table.name}, " if isinstance(table, Lines) else ""
        try:
            judge.prepare(expression, table)
        except (sqlite3.Error, sqlite3.Warning, ValueError) as slip:
            raise DeclarationError(block.file, f"{where}{place}", f"{slip} in: {expression}") from slip


def _check_across(register: Register, registers: Mapping[str, Register]) -> None:
    """Check what a register says of other registers."""
    for table in register.tables:
        for f in table.fields:
            target = registers.get(f.register) if f.register else register
            if target is None or target.zone != register.zone:
                slip = f"refers to {f.register!r}, which is no register of the zone {register.zone}"
                raise DeclarationError(f"{register.name}.toml", f"field {f.name}", slip)
