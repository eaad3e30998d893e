"""Hand off a prison-month: all finished records of a zone that headquarters does not have yet, as a workbook."""

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from desktop import __version__
from desktop.exchange import sealed
from desktop.exchange.layout import (
    FORMAT,
    PARTS_KEY,
    STRANGERS,
    Sheet,
    check_number,
    digest_key,
    month_is_right,
    rows_key,
    sheet_digest,
    sheets,
)
from desktop.exchange.protection import check_password, protect, unprotect
from desktop.exchange.questions import lines_of
from desktop.exchange.signed_values import pack
from desktop.exchange.signing import sign
from desktop.exchange.workbook import Cover, WorkbookWriter, note_parts, write_file
from desktop.registers.declarations import Definitions
from desktop.registers.kinds import Reading
from desktop.registers.labels import Label
from desktop.registers.messages import message
from desktop.registers.problems import AppError
from desktop.registers.register import Field, Lines, Register
from desktop.registers.rules import Row
from desktop.registers.states import HAPPENED, READY, SUBMITTED
from desktop.store import covers
from desktop.store.covers import Counted, CoverSheet, Total
from desktop.store.history import now
from desktop.store.keyring import PRACTICE
from desktop.store.questions import due_answers
from desktop.store.records import Filter, Incoming
from desktop.store.sealing import random_key
from desktop.store.vault import Vault

Carried = dict[str, list[Incoming]]

# Counts the national tables of a zone over a month: the analysis, which this folder does not know, is handed in.
Totals = Callable[[Vault, str, str], Sequence[Total]]


@dataclass(frozen=True)
class Made:
    """A hand-off that was written: where, its check number, and how many records of each register it carries.

    *cover_lost* tells why its cover sheet could not be kept for those who hold no key; the hand-off counts all the same.
    *is_locked* tells that it opens with a password only.
    """

    path: Path
    check_number: str
    sequence: int
    revision: int
    counts: dict[str, int]
    cover_lost: AppError | None = None
    is_locked: bool = False


def due(vault: Vault, zone: str, month: str) -> Carried:
    """Collect what a hand-off of *month* would carry, register by register."""
    return {register.name: vault.records(register.name).due(month) for register in vault.definitions.of_zone(zone)}


def finished(vault: Vault, zone: str, month: str) -> dict[str, int]:
    """Count the finished records of *month* by register, whether headquarters has them or not: 0 is a nil report."""
    wanted = Filter(month=month, states=HAPPENED)
    return {register.name: len(vault.records(register.name).ids(wanted)) for register in vault.definitions.of_zone(zone)}


def write_handoff(
    vault: Vault, zone: str, month: str, folder: Path, *, why: str | None = None, language: str | None = None,
    totals: Totals | None = None, lock: str = "",
) -> Made:  # fmt: skip
    """Write the workbook of *month* into *folder* and mark its records as handed off. Raises AppError.

    A month that was handed off before goes again as a higher revision, with what changed since. What *totals* counts stands
    on the cover sheet that the head of the prison sees, not in the workbook. What need not be sealed is locked with the
    password *lock*, where one is given.
    """
    if lock:
        check_password(lock)
    if not month_is_right(month):
        raise AppError("handoff.bad_month", month=month)
    to = sealed.receiver(vault, zone)
    if not folder.is_dir():
        raise AppError("handoff.no_folder", folder=folder.name)
    opened, station = vault.zone(zone), vault.station
    carried = due(vault, zone, month)
    tables = _tables(sheets(vault.definitions, zone), carried)
    last, revision = opened.last_sent(), opened.sent_revision(month) + 1
    sequence = last["sequence"] + 1 if last else 1
    whose = f"{PRACTICE if station.is_practice else ''}{station.prison}{station.letter}"
    path = folder / f"{whose}_{month}_{zone}_r{revision}.xlsx{sealed.SUFFIX if to else ''}"
    counted = _counted(vault, zone, month, carried)
    counts = {name: count.carried for name, count in counted.items()}
    nil = [name for name, count in counted.items() if not count.finished]
    answers = due_answers(opened, {name: {item.record["uid"] for item in items} for name, items in carried.items()})
    meta = {
        "format": FORMAT, "prison": station.prison, "month": month, "zone": zone, "revision": str(revision),
        "sequence": str(sequence), "station": station.id, "language": language or station.language,
        "program": __version__, "definitions": vault.definitions.fingerprint,
        "previous": last["check_number"] if last else "", "head": opened.head.text,
        **lines_of(answers),
        "nil": " ".join(nil),
    }  # fmt: skip
    check = _describe_content(meta, tables)
    told = tuple(totals(vault, zone, month)) if totals else ()
    sheet = CoverSheet(zone, month, revision, check, opened.person, now(), opened.head.text, counted, told, why)
    cover = _cover(vault, sheet, meta)
    digest, signed = pack(tables, [*cover.facts, *cover.registers])
    sign(opened, meta, digest)
    content = build(Reading(opened.today, dict(vault.definitions.codes)), tables, meta, cover, signed=signed)
    write_file(path, sealed.seal_workbook(zone, to, content) if to else _locked(path.name, content, lock) if lock else content)
    note = {"sequence": sequence, "check_number": check, "month": month, "revision": revision, "file": path.name,
            "why": why, "counts": counts, "nil": nil, "answers": answers}  # fmt: skip
    opened.keep_sent(note, carried)
    return Made(path, check, sequence, revision, counts, _keep_cover(vault, sheet), bool(lock and not to))


def _locked(name: str, content: bytes, password: str) -> bytes:
    """Lock a workbook, and see that its password opens it again as it was."""
    locked = protect(content, password)
    if unprotect(name, locked, password) != content:
        raise AppError("handoff.not_read_back", file=name)
    return locked


def _keep_cover(vault: Vault, sheet: CoverSheet) -> AppError | None:
    """Keep the cover sheet of what has been handed off, which nothing undoes any more; give what hindered it."""
    try:
        covers.keep(vault, sheet)
    except AppError as error:
        return AppError("covers.not_kept", zone=_zone_label(vault, sheet.zone), cause=error.text)
    return None


def build(
    reading: Reading,
    tables: Sequence[tuple[Sheet, Sequence[Row]]],
    meta: Mapping[str, str],
    cover: Cover,
    *,
    by_hand: bool = False,
    signed: Sequence[str] = (),
) -> bytes:
    """Make the bytes of a workbook of format 1, in the language that *meta* names, with what was *signed* of it."""
    footer = " · ".join(filter(None, [cover.heading, meta.get("check", "")]))
    writer = WorkbookWriter(reading, meta["language"], footer, by_hand=by_hand)
    writer.write_cover(cover)
    for sheet, rows in tables:
        writer.write_sheet(sheet, rows)
    writer.write_lists(reading.codes, meta["month"])
    if not signed:
        writer.write_meta(meta)
        return writer.finish()
    placeholder = random_key().hex()
    writer.write_meta({**meta, PARTS_KEY: placeholder})
    writer.write_signed(signed)
    return note_parts(writer.finish(), placeholder)


def _describe_content(meta: dict[str, str], tables: Sequence[tuple[Sheet, Sequence[Row]]]) -> str:
    """Write into *meta* how many rows each sheet holds and the hashes of its values, and give the check number of all."""
    digests = {}
    for sheet, rows in tables:
        columns = sheet.digests(rows)
        digests[sheet.name] = sheet_digest(columns)
        meta[rows_key(sheet.name)] = str(len(rows))
        meta[digest_key(sheet.name)] = digests[sheet.name]
        meta.update({digest_key(sheet.name, name): value for name, value in columns.items()})
    place = [meta[key] for key in ("station", "prison", "month", "zone", "revision", "sequence")]
    meta["check"] = check_number(place, digests)
    return meta["check"]


def _tables(wanted: Sequence[Sheet], carried: Carried) -> list[tuple[Sheet, list[Row]]]:
    return [_as_read(*_with_strangers(sheet, _rows(sheet, carried))) for sheet in wanted]


def _as_read(sheet: Sheet, rows: Sequence[Row]) -> tuple[Sheet, list[Row]]:
    """Give texts as they are read from a cell, so that none of them differs from what its hash and signature say."""
    texts = [f for f in sheet.columns if f.kind_name in ("text", "note")]
    reading = Reading(dt.date.min, {})
    return sheet, [{**row, **{f.name: f.kind.read(row[f.name], f, reading) for f in texts if row.get(f.name)}} for row in rows]


def _with_strangers(sheet: Sheet, rows: Sequence[Row]) -> tuple[Sheet, list[Row]]:
    """Hand on the columns that an older hand-off carried and this program does not know."""
    of_rows = [json.loads(row.get("extra") or "{}").get(STRANGERS, {}) for row in rows]
    names = [name for name in dict.fromkeys(name for values in of_rows for name in values) if name not in sheet.names]
    columns = tuple(Field(name, "note", Label.same(name)) for name in names)
    return replace(sheet, columns=sheet.columns + columns), [values | row for row, values in zip(rows, of_rows, strict=True)]


def _rows(sheet: Sheet, carried: Carried) -> list[Row]:
    table = sheet.table
    if not isinstance(table, Lines):
        return [item.record | {"state": _state(item.record)} for item in carried[table.name]]
    return [
        {**line, "record": item.record["number"]} for item in carried[table.register] for line in item.lines.get(table.name, [])
    ]


def _state(record: Row) -> str:
    """Give the state a record arrives in: what was ready is handed off by this very file."""
    return SUBMITTED if record["state"] == READY else str(record["state"])


def _zone_label(vault: Vault, zone: str) -> Label:
    return vault.definitions.codes["zones"].codes[zone].label


def _counted(vault: Vault, zone: str, month: str, carried: Carried) -> dict[str, Counted]:
    happened, registers = finished(vault, zone, month), vault.definitions.registers
    return {name: Counted(len(items), happened[name], _lines(registers[name], items)) for name, items in carried.items()}


def _lines(register: Register, items: Sequence[Incoming]) -> dict[str, int]:
    counts = {lines.name: sum(len(item.lines.get(lines.name, [])) for item in items) for lines in register.lines}
    return {name: count for name, count in counts.items() if count}


def _cover(vault: Vault, sheet: CoverSheet, meta: Mapping[str, str]) -> Cover:
    language = meta["language"]
    place = vault.definitions.codes["prisons"].codes[meta["prison"]].label
    facts = [(name[language], text[language]) for name, text in facts_in_words(vault.definitions, place, sheet)]
    if vault.station.is_practice:
        facts.insert(0, (message("practice.mark")[language], message("practice.on_cover")[language]))
    if sheet.zone == "health":
        facts.append((message("sheet.notice")[language], message("sheet.health_notice")[language]))
    said = [
        (register.label[language], in_words(register, sheet.registers[register.name])[language])
        for register in vault.definitions.of_zone(sheet.zone)
    ]
    note = message("sheet.hidden_note")[language]
    return Cover(heading(place, sheet.month)[language], facts, note, said, signatures(language))


def heading(prison: Label, month: str) -> Label:
    """Word the heading of a cover."""
    return message("sheet.heading", prison=prison, month=_month(month))


def facts_in_words(definitions: Definitions, prison: Label, sheet: CoverSheet) -> list[tuple[Label, Label]]:
    """Word what a cover says of its hand-off: whose, which month and revision, and what is compared by telephone."""
    found = [
        ("sheet.prison", prison),
        ("sheet.month", _month(sheet.month)),
        ("sheet.zone", definitions.codes["zones"].codes[sheet.zone].label),
        ("sheet.revision", Label.same(str(sheet.revision))),
        ("sheet.prepared_by", Label.same(sheet.prepared_by)),
        ("sheet.check", Label.same(sheet.check_number)),
        # Printed and signed, it lies outside the computer: `check` compares it with the history (docs/decisions/011).
        ("sheet.history_mark", Label.same(sheet.history)),
    ]
    return [(message(name), text) for name, text in found]


def in_words(register: Register, counted: Counted) -> Label:
    """Tell how many records of a register are handed off and how many lines they have, and whether the month had any."""
    if not counted.carried:
        return message("sheet.nothing_new" if counted.finished else "sheet.nil")
    total = message("sheet.records", n=counted.carried)
    for lines in register.lines:
        if n := counted.lines.get(lines.name):
            total = message("sheet.and_lines", total=total, label=lines.label, n=n)
    return total if counted.finished else message("sheet.nil_besides", total=total)


def signatures(language: str) -> list[str]:
    """List who signs a hand-off on paper."""
    return [message(f"sheet.{who}")[language] for who in ("signature_head", "signature_preparer")]


def month_in_words(month: str, language: str) -> str:
    """Write a month for people: март 2013."""
    return _month(month)[language]


def _month(month: str) -> Label:
    year, number = month.split("-")
    return Label({language: f"{name} {year}" for language, name in message(f"month.m{int(number)}").items()})
