"""Letters and extracts about a course of care, declared in `resources/documents/` and filled in from its records.

A document is a row of parts: a text with `{names}`, fields with their labels, lines as a table, signatures. A name is a field of
the record, of its `line` of the release, of the `person`, or says `here` what the station knows of itself.
"""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from desktop.analysis.report import BLANK, Cut, Facts, Grid, Paragraph, Piece, Report, Signatures
from desktop.registers.blocks import Block, parse
from desktop.registers.continuity import persons
from desktop.registers.declarations import Definitions
from desktop.registers.expressions import slips
from desktop.registers.kinds import Reading
from desktop.registers.labels import Label
from desktop.registers.problems import DeclarationError
from desktop.registers.register import Field, Register
from desktop.registers.rules import Judge, LinesOf, Row
from desktop.registers.wording import brief
from desktop.store.continuity import Course, holding
from desktop.store.records import Filter
from desktop.store.zone import Zone

FOLDER = "documents"
# What the station knows of itself and of the moment.
HERE = ("prison", "day", "writer")

_Words = dict[str, type | tuple[type, ...]]
_DOCUMENT_WORDS: _Words = {"name": str, "label": Label, "registers": list, "order": int, "part": list}
_PART_WORDS: _Words = {
    "of": list, "when": str, "heading": Label, "text": Label, "right": bool, "fields": list, "blanks": bool, "lines": str,
    "labels": dict, "columns": list, "last": int, "sign": list, "cut": bool,
}  # fmt: skip
_KINDS = ("text", "fields", "lines", "sign", "cut")
_NAME = re.compile(r"\{([a-z0-9_.]+)\}")


@dataclass(frozen=True)
class Part:
    """One part of a document, for the registers it is *of*, and only where the SQL of *when* holds."""

    of: tuple[str, ...]
    when: str
    heading: Label | None
    kind: Literal["text", "fields", "lines", "sign", "cut"]
    text: Label | None
    is_right: bool
    fields: tuple[str, ...]
    labels: Mapping[str, Label]
    has_blanks: bool
    lines: str
    last: int
    sign: tuple[Label, ...]


@dataclass(frozen=True)
class Document:
    """A letter or an extract, as declared in one file."""

    name: str
    label: Label
    registers: tuple[str, ...]
    order: int
    parts: tuple[Part, ...]


def load_documents(definitions: Definitions) -> dict[str, Document]:
    """Read the documents of the folders that *definitions* came from, in their order. Raises DeclarationError."""
    found: dict[str, Document] = {}
    for folder in definitions.folders:
        for path in sorted((folder / FOLDER).glob("*.toml")):
            block = Block(path.name, "", parse(path), _DOCUMENT_WORDS)
            made = _document(block, definitions)
            if found.setdefault(made.name, made) is not made:
                raise DeclarationError(path.name, "", f"the document {made.name!r} is declared twice")
    return dict(sorted(found.items(), key=lambda item: (item[1].order, item[0])))


def _document(block: Block, definitions: Definitions) -> Document:
    registers = block.names("registers")
    caring = [name for name, register in definitions.registers.items() if register.continuity]
    for name in registers:
        if name not in caring:
            block.refuse(f"registers names {name!r}, which tells of no care that goes on: {', '.join(caring)}")
    parts = tuple(_part(part, registers, definitions) for part in block.parts("part", _PART_WORDS))
    return Document(block.name(), block.get("label"), registers, block.words.get("order", 99), parts)


def _part(block: Block, registers: tuple[str, ...], definitions: Definitions) -> Part:
    kinds = [kind for kind in _KINDS if kind in block.words]
    if len(kinds) != 1:
        block.refuse(f"a part has one of {', '.join(_KINDS)}")
    of = block.names("of") or registers
    text, fields = block.words.get("text"), block.names("columns" if kinds[0] == "lines" else "fields")
    lines = block.words.get("lines", "")
    sign = tuple(_label(block, words) for words in block.words.get("sign", []))
    labels = {name: _label(block, words) for name, words in block.words.get("labels", {}).items()}
    if strange := sorted(labels.keys() - {*fields}):
        block.refuse(f"labels names {strange[0]!r}, which is not among the part's fields")
    texts = [words for label in (text, *sign) if label for words in label.values()]
    named = {name for words in texts for name in _NAME.findall(words)} | ({*fields} if not lines else set())
    for name in of:
        register = definitions.registers.get(name)
        if register is None or name not in registers:
            block.refuse(f"is of {name!r}, which is none of the document's registers")
            continue
        known = names(register, definitions)
        if strange := sorted(named - known.keys() - ({f"here.{word}" for word in HERE} if texts else set())):
            block.refuse(f"{strange[0]!r} is no field of {name}, of its line or of its person")
        if lines and (lines not in register.lines_by_name or set(fields) - register.lines_by_name[lines].by_name.keys()):
            block.refuse(f"{name} has no lines {lines!r} with the columns {', '.join(fields)}")
        if "when" in block.words:
            _check_when(block, register, definitions)
    return Part(
        of, block.words.get("when", ""), block.words.get("heading"), kinds[0], text,  # type: ignore[arg-type]
        bool(block.words.get("right")), fields, labels, bool(block.words.get("blanks")), lines, block.words.get("last", 0),
        sign,
    )  # fmt: skip


def _check_when(block: Block, register: Register, definitions: Definitions) -> None:
    claim, told = str(block.words["when"]), register.continuity
    try:
        Judge(register, definitions.codes).prepare(claim, register.lines_by_name[told.lines] if told else register)
    except (sqlite3.Error, sqlite3.Warning, ValueError) as slip:
        block.refuse(f"when: {slip} in: {claim}")
    for slip_of_code in slips(claim, register, definitions.codes):
        block.refuse(f"when: {slip_of_code} in: {claim}")


def _label(block: Block, words: Any) -> Label:
    try:
        return Label.of(words)
    except (ValueError, AttributeError) as slip:
        block.refuse(f"{words!r} {slip}")
        raise


def names(register: Register, definitions: Definitions) -> dict[str, Field]:
    """Give every field that a document about a record of *register* may name, by that name."""
    people = persons(register, definitions.registers)
    told = register.continuity
    of_line = register.lines_by_name[told.lines].by_name if told else {}
    header = {"number": definitions.header.by_name["number"]}
    return {
        **header, **register.by_name, **{f"line.{name}": f for name, f in of_line.items()},
        **{f"person.{name}": f for name, f in {**header, **people.by_name}.items()},
    }  # fmt: skip


def documents_of(documents: Mapping[str, Document], register: str) -> list[Document]:
    """List the documents that can be made of a record of *register*."""
    return [document for document in documents.values() if register in document.registers]


# Filling in


@dataclass(frozen=True)
class _Facts:
    """What is known of one course of care: the row that each name stands in, and the lines of the record."""

    fields: Mapping[str, Field]
    rows: Mapping[str, Row]
    lines: LinesOf
    here: Mapping[str, str]
    reading: Reading
    language: str

    def __getitem__(self, name: str) -> str:
        """Word the value of *name*, "" where it is not known."""
        if name.startswith("here."):
            return self.here[name.removeprefix("here.")]
        of, _, field = name.rpartition(".")
        return brief(self.rows[of].get(field), self.fields[name], self.reading, self.language)


def fill(zone: Zone, document: Document, course: Course, language: str) -> Report:
    """Fill *document* in for one *course* of care. Raises AppError where its record is gone."""
    register = zone.definitions.registers[course.register]
    known = _known(zone, register, course, language)
    parts = [part for part in document.parts if register.name in part.of]
    holds = holding(zone, register, course.uid, [part.when or "1" for part in parts])
    pieces = [
        piece for part, is_shown in zip(parts, holds, strict=True) if is_shown for piece in _pieces(part, register, known)
    ]
    foot = f"{course.number} · {known.here['prison']} · {known.here['day']}"
    return Report(f"{course.number}_{document.name}_{language}", language, document.label[language], tuple(pieces), foot)


def _known(zone: Zone, register: Register, course: Course, language: str) -> _Facts:
    told, definitions = register.continuity, zone.definitions
    people = persons(register, definitions.registers)
    record, lines = zone.records(register.name).read(course.uid)
    found = zone.records(people.name).all(Filter(where={"number": course.person}))
    line = next((row for row in lines.get(told.lines if told else "", []) if row["uid"] == course.line), {})
    place = definitions.codes["prisons"].codes[zone.station.prison].label[language]
    here = {"prison": place, "day": zone.today.strftime("%d.%m.%Y"), "writer": zone.person}
    rows = {"": record, "line": line, "person": found[0].record if found else {}}
    return _Facts(names(register, definitions), rows, lines, here, Reading(zone.today, dict(definitions.codes)), language)


def _pieces(part: Part, register: Register, known: _Facts) -> Iterator[Piece]:
    made = _piece(part, register, known)
    if isinstance(made, Facts | Grid) and not made.rows:
        return
    if part.heading:
        yield Paragraph(part.heading[known.language], "heading")
    yield made


def _piece(part: Part, register: Register, known: _Facts) -> Piece:
    language = known.language
    if part.kind == "cut":
        return Cut()
    if part.kind == "sign":
        return Signatures(tuple(_filled(label[language], known) for label in part.sign))
    if part.kind == "text" and part.text:
        return Paragraph(_filled(part.text[language], known), is_right=part.is_right)
    if part.kind == "lines":
        return _grid(part, register, known)
    rows = [(part.labels.get(name, known.fields[name].label)[language], known[name]) for name in part.fields]
    return Facts(tuple((name, value or BLANK) for name, value in rows if value or part.has_blanks))


def _filled(text: str, known: _Facts) -> str:
    return _NAME.sub(lambda found: known[found[1]] or BLANK, text)


def _grid(part: Part, register: Register, known: _Facts) -> Grid:
    fields = [register.lines_by_name[part.lines].by_name[name] for name in part.fields]
    rows = known.lines.get(part.lines, [])[-part.last :]
    told = [[brief(row.get(f.name), f, known.reading, known.language) for f in fields] for row in rows]
    used = [place for place in range(len(fields)) if any(row[place] for row in told)]
    return Grid(
        tuple(fields[place].label[known.language] for place in used), tuple(tuple(row[place] for place in used) for row in told)
    )
