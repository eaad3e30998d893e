"""Read registers and code lists from their files, and refuse nonsense with a sentence naming file, place and slip.

Definitions may lie in several folders: the program's own, and those a service adds to it. A later folder may bring new
registers and code lists, new or changed rows of a code list, and further fields of a register (`fields/<register>.toml`), whose
names begin with `hq_` so that no field of a later program is ever called the same.
"""

import hashlib
import re
import sqlite3
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from desktop.registers.blocks import Block, check_names, parse
from desktop.registers.codes import CodeList, read_codes
from desktop.registers.continuity import persons, read_continuity, read_release
from desktop.registers.expressions import slips
from desktop.registers.fields import FIELD_WORDS, is_value, make_field
from desktop.registers.labels import Label
from desktop.registers.links import read_links
from desktop.registers.problems import DeclarationError
from desktop.registers.register import MOVED, TODAY, Field, Lines, Register, Rule, Section, Table, Transfer
from desktop.registers.reminders import check_reminders, read_reminders
from desktop.registers.resources import RESOURCES
from desktop.registers.rolls import Roll, read_roll
from desktop.registers.rules import STAGED, Judge

HEADER = "record.toml"
ADDITIONS = "fields"
ADDED = "hq_"

_RULE_WORDS: dict[str, type | tuple[type, ...]] = {
    "name": str, "check": str, "severity": str, "about": list, "text": Label,
}  # fmt: skip
_LINES_WORDS: dict[str, type | tuple[type, ...]] = {
    "name": str, "label": Label, "at_least": int, "title": list, "field": list, "rule": list,
}  # fmt: skip
_SECTION_WORDS: dict[str, type | tuple[type, ...]] = {"name": str, "label": Label}
_REGISTER_WORDS: dict[str, type | tuple[type, ...]] = {
    "name": str, "zone": str, "number": str, "counts_on": str, "list": list, "label": Label, "purpose": Label,
    "title": list, "search": list, "unique": list, "resembles": list, "resembles_within": int, "order": int, "icon": str, "section": list, "field": list,
    "rule": list, "lines": list, "filters": list, "sums": list, "transfer": dict, "links": dict, "roll": dict, "release": dict, "continuity": dict, "reminder": list,
}  # fmt: skip
_TRANSFER_NAMES = ("lines", "prison", "when", "person")
_TRANSFER_VALUES = ("sent", "confirmed", "refused", "left", "arriving", "arriving_line")
_TRANSFER_WORDS: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(_TRANSFER_NAMES, str), "same_person": list, "stays_behind": list, **dict.fromkeys(_TRANSFER_VALUES, dict),
}  # fmt: skip


# Records further apart than a month are not one event recorded twice.
_MOST_DAYS_APART = 31

_SCRATCH = sqlite3.connect(":memory:", check_same_thread=False)

# Tables of a zone's file that no register may be called after.
STORE_TABLES = frozenset(
    {"settings", "history", "drafts", "sent", "sent_records", "received", "received_records", "decisions", "stations",
     "letters", "questions", "matchings", "preferences"}
)  # fmt: skip


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
    loader = _Loader(codes, {f.name for f in header.fields} | STAGED)
    registers: dict[str, Register] = {}
    for folder in folders:
        for path in sorted((folder / "registers").glob("*.toml")):
            register = loader.register(path, _additions(folders, path.name))
            if register.name in registers:
                raise DeclarationError(path.name, "", f"the register {register.name!r} is declared twice")
            registers[register.name] = register
    _check_additions(folders, registers)
    for register in registers.values():
        _check_across(register, registers)
        check_reminders(register, registers, codes)
    _check_tables(registers.values())
    return Definitions(registers, codes, header, _fingerprint(folders), folders)


def _read_all_codes(folders: Sequence[Path]) -> dict[str, CodeList]:
    files: dict[str, list[Path]] = {}
    for folder in folders:
        for path in sorted((folder / "codes").glob("*.csv")):
            files.setdefault(path.stem, []).append(path)
    return {name: read_codes(paths) for name, paths in files.items()}


def _additions(folders: Sequence[Path], name: str) -> list[Path]:
    """Give the files in which a service adds fields to the register whose file is called *name*."""
    return [path for folder in folders if (path := folder / ADDITIONS / name).is_file()]


def _check_additions(folders: Sequence[Path], registers: Mapping[str, Register]) -> None:
    for path in (path for folder in folders for path in sorted((folder / ADDITIONS).glob("*.toml"))):
        if path.stem not in registers:
            raise DeclarationError(path.name, "", f"adds fields to {path.stem!r}, which is no register")


def _fingerprint(folders: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for folder in folders:
        paths = [folder / HEADER, *(folder / "registers").glob("*.toml"), *(folder / "codes").glob("*.csv")]
        paths += (folder / ADDITIONS).glob("*.toml")
        for path in sorted(p for p in paths if p.exists()):
            digest.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()[:16]


def _header_fields(path: Path, codes: dict[str, CodeList]) -> tuple[Field, ...]:
    block = Block(path.name, "", parse(path), {"field": list})
    return tuple(make_field(part, "", codes) for part in block.parts("field", FIELD_WORDS))


class _Loader:
    """Makes registers of files, knowing the code lists and the names that every record's header keeps for itself."""

    def __init__(self, codes: dict[str, CodeList], reserved: set[str] | frozenset[str]) -> None:
        self.codes, self.reserved = codes, reserved

    def register(self, path: Path, additions: Sequence[Path] = ()) -> Register:
        """Read one register, and the fields that a service adds to it. Raises DeclarationError."""
        block = Block(path.name, "", parse(path), _REGISTER_WORDS)
        name = block.name()
        if name != path.stem:
            block.refuse(f"the register is named {name!r} but its file {path.stem!r}")
        _refuse_sql_word(block, name)
        sections = tuple(Section(s.name(), s.words.get("label") or Label()) for s in block.parts("section", _SECTION_WORDS))
        fields = self._fields(block, "field", {s.name for s in sections}, set())
        for added in additions:
            fields += self._added(added, {s.name for s in sections if s.label}, {f.name for f in fields})
        lines = tuple(self._lines(part, name, {f.name for f in fields}) for part in block.parts("lines", _LINES_WORDS))
        self._check_sections(block, sections, lines)
        rules = self._rules(block, "rule", fields, {table.name for table in lines})
        of_lines = {table.name: list(table.by_name) for table in lines}
        links = read_links(path.name, block.words["links"], of_lines) if "links" in block.words else None
        moves = self._transfer(block, fields, {table.name: table for table in lines}) if "transfer" in block.words else None
        register = Register(
            name=name, label=block.get("label"), fields=fields, rules=rules, title=block.names("title"),
            zone=block.one_of("zone", tuple(self.codes["zones"].codes)), number=self._number(block),
            counts_on=block.get("counts_on"), list=block.names("list"), filters=block.names("filters"),
            sums=block.names("sums") if "sums" in block.words else None, search=block.names("search"),
            unique=block.names("unique"), resembles=block.names("resembles"),
            resembles_within=block.words.get("resembles_within", 0), order=block.words.get("order", 99),
            icon=block.words.get("icon", "book-open"), purpose=block.get("purpose"), sections=sections, lines=lines,
            transfer=moves, links=links, roll=self._roll(block, fields, lines), release=read_release(block, fields),
            continuity=read_continuity(block, fields, {table.name: table for table in lines}, self.codes),
            reminders=read_reminders(block),
        )  # fmt: skip
        self._check_register(block, register)
        return register

    def _fields(self, block: Block, word: str, sections: set[str], taken: set[str]) -> tuple[Field, ...]:
        fields: list[Field] = []
        for part in block.parts(word, FIELD_WORDS):
            if not sections and "section" in part.words:
                part.refuse("'section' has no meaning here: lines stand in a section as a whole")
            section = part.one_of("section", sorted(sections)) if sections else ""
            made = make_field(part, section, self.codes)
            if made.name in self.reserved:
                part.refuse("this name is kept for the header of every record")
            _refuse_sql_word(part, made.name)
            if made.name in taken or made.name in {f.name for f in fields}:
                part.refuse("this name is used twice")
            fields.append(made)
        if not fields:
            block.refuse("has no field")
        staying = {f.name for f in fields if f.identifies}
        return tuple(replace(f, carried=bool(staying & set(re.findall(r"\w+", f.value)))) for f in fields)

    def _added(self, path: Path, sections: set[str], taken: set[str]) -> tuple[Field, ...]:
        block = Block(path.name, "", parse(path), {"field": list})
        fields = self._fields(block, "field", sections, taken)
        for f in fields:
            if not f.name.startswith(ADDED):
                block.refuse(f"the field {f.name!r} must be called {ADDED}{f.name}")
        return fields

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
        _refuse_sql_word(block, name)
        if name == register:
            block.refuse("lines cannot have the name of their register")
        fields = self._fields(block, "field", set(), taken)
        rules = self._rules(block, "rule", fields, taken)
        title = block.names("title") or (fields[0].name,)
        check_names(block, "title", title, {f.name for f in fields})
        label = block.get("label")
        return Lines(name, label, fields, rules, title, register, block.words.get("at_least", 0))

    def _roll(self, block: Block, fields: Sequence[Field], lines: Sequence[Lines]) -> Roll | None:
        if "roll" not in block.words:
            return None
        marked = next((f for table in lines for f in table.fields if f.name == block.words["roll"].get("mark")), None)
        marks = list(self.codes[marked.codes].codes) if marked and marked.codes else []
        of_lines = {table.name: list(table.by_name) for table in lines}
        return read_roll(block.file, block.words["roll"], [f.name for f in fields], of_lines, marks)

    def _transfer(self, block: Block, fields: Sequence[Field], lines: Mapping[str, Lines]) -> Transfer:
        part = Block(block.file, "transfer", block.words["transfer"], _TRANSFER_WORDS)
        moving = lines[part.one_of("lines", sorted(lines))]
        own, of_line = {f.name: f for f in fields}, moving.by_name
        part.one_of("prison", [f.name for f in moving.fields if f.codes == "prisons"])
        part.one_of("person", [f.name for f in fields if f.register])
        words: dict[str, Any] = {word: part.get(word) for word in _TRANSFER_NAMES}
        words |= {word: part.words.get(word, {}) for word in _TRANSFER_VALUES}
        for word in _TRANSFER_VALUES:
            given, known = words[word], own if word in ("left", "arriving") else of_line
            check_names(part, word, tuple(given), known)
            for name, value in given.items():
                if value not in (TODAY, *MOVED) and not is_value(known[name], value, self.codes):
                    part.refuse(f"{word}: {name} = {value!r} is no value of the field")
        if not words["sent"]:
            part.refuse("the word 'sent' is missing: what tells that a line's record has left")
        return Transfer(**words, same_person=part.names("same_person"), stays_behind=part.names("stays_behind"))

    def _number(self, block: Block) -> str:
        pattern = str(block.get("number"))
        try:
            words = {word for _, word, _, _ in string.Formatter().parse(pattern) if word}
            pattern.format(prison="X", year=2013, serial=1)
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
        _check_list_words(block, register)
        _check_resembles(block, register)
        counted = register.by_name.get(register.counts_on)
        if not counted or counted.kind_name != "date" or not counted.required or counted.ask_if:
            block.refuse(f"counts_on = {register.counts_on!r} must name a required date that is always asked")
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
        if moves := register.transfer:
            self._prepare(block, judge, register.lines_by_name[moves.lines], "transfer: when", moves.when)
        if release := register.release:
            self._prepare(block, judge, register, "release: free", release.free)
        for place, expression, lines in register.continuity.expressions() if register.continuity else ():
            self._prepare(block, judge, register.lines_by_name.get(lines, register), place, expression)

    @staticmethod
    def _prepare(block: Block, judge: Judge, table: Register | Lines, place: str, expression: str) -> None:
        where = f"lines {table.name}, " if isinstance(table, Lines) else ""
        try:
            judge.prepare(expression, table)
        except (sqlite3.Error, sqlite3.Warning, ValueError) as slip:
            raise DeclarationError(block.file, f"{where}{place}", f"{slip} in: {expression}") from slip
        for slip_of_code in slips(expression, judge.register, judge.codes):
            raise DeclarationError(block.file, f"{where}{place}", f"{slip_of_code} in: {expression}")


def _check_list_words(block: Block, register: Register) -> None:
    """Refuse a list that is filtered by what is no choice, or adds up what is no number."""
    of_lines = {f"{lines.name}.{f.name}": f for lines in register.lines for f in lines.fields}
    known = register.by_name | of_lines
    for word in ("filters", "sums"):
        check_names(block, word, getattr(register, word) or (), set(known))
    for name in register.filters:
        if not known[name].codes:
            block.refuse(f"filters names {name!r}, which is no choice from a code list")
    for name in register.sums or ():
        if not known[name].kind.is_number:
            block.refuse(f"sums names {name!r}, which is no number")


def _check_resembles(block: Block, register: Register) -> None:
    """Refuse a resemblance by what headquarters does not have, or by no date, which would compare all records there are."""
    if not register.resembles and register.resembles_within:
        block.refuse("resembles_within has no meaning without 'resembles'")
    if not 0 <= register.resembles_within <= _MOST_DAYS_APART:
        block.refuse(f"resembles_within must lie between 0 and {_MOST_DAYS_APART} days")
    if not register.resembles:
        return
    found = {f.name: f for f in register.fields}
    found |= {f"{table.name}.{f.name}": f for table in register.lines for f in table.fields}
    check_names(block, "resembles", register.resembles, {*found, "prison"})
    if register.counts_on not in register.resembles:
        block.refuse(f"'resembles' must name {register.counts_on!r}, by which the records to compare are found")
    for name in register.resembles:
        if name in found and found[name].identifies:
            block.refuse(f"'resembles' names {name!r}, which never leaves the prison")


def _check_across(register: Register, registers: Mapping[str, Register]) -> None:
    """Check what a register says of other registers."""
    for table in register.tables:
        for f in table.fields:
            target = registers.get(f.register) if f.register else register
            if target is None or target.zone != register.zone:
                slip = f"refers to {f.register!r}, which is no register of the zone {register.zone}"
                raise DeclarationError(f"{register.name}.toml", f"field {f.name}", slip)
    if moves := register.transfer:
        person = registers[register.by_name[moves.person].register]
        for name in (*moves.same_person, *moves.stays_behind):
            if name not in person.by_name:
                raise DeclarationError(f"{register.name}.toml", "transfer", f"{name!r} is no field of {person.name}")
    if register.continuity and not (people := persons(register, registers)).release:
        raise DeclarationError(f"{register.name}.toml", "continuity", f"{people.name} does not tell of a release")


def _check_tables(registers: Iterable[Register]) -> None:
    """Refuse registers whose tables in the store, or whose numbers, could not be told apart."""
    owners = dict.fromkeys(STORE_TABLES, "the store")
    numbers: dict[str, str] = {}
    for register in registers:
        file = f"{register.name}.toml"
        for name in (*(table.table for table in register.tables), f"{register.name}_words"):
            if name in owners:
                raise DeclarationError(file, "", f"the table {name!r} is used by {owners[name]} already")
            owners[name] = file
        other = numbers.setdefault(register.number, file)
        if other != file:
            raise DeclarationError(file, "", f"number = {register.number!r} is that of {other} already")


def _refuse_sql_word(block: Block, name: str) -> None:
    """Refuse a name that SQL, in which rules are written, would not take for a name."""
    try:
        found = _SCRATCH.execute(f"with {name} as (select 'x' as {name}) select {name} from {name}").fetchone()
    except sqlite3.Error:
        found = None
    if found != ("x",):
        block.refuse(f"the name {name!r} is a word of SQL")
