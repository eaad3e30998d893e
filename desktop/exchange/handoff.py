"""Hand off a prison-month: all finished records of a zone that headquarters does not have yet, as a workbook."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from desktop import __version__
from desktop.exchange.layout import (
    FORMAT,
    STRANGERS,
    Sheet,
    check_number,
    digest_key,
    month_is_right,
    rows_key,
    sheet_digest,
    sheets,
)
from desktop.exchange.workbook import Cover, WorkbookWriter, write_file
from desktop.registers.kinds import Reading
from desktop.registers.labels import Label
from desktop.registers.messages import message
from desktop.registers.problems import AppError
from desktop.registers.register import Field, Lines, Register
from desktop.registers.rules import Row
from desktop.registers.states import HAPPENED, READY, SUBMITTED
from desktop.store.records import Filter, Incoming
from desktop.store.vault import Vault
from desktop.store.zone import Zone

# Kept inside until hand-offs can be sealed to the key of headquarters: see docs/decisions/005-hand-off.md.
NEVER_IN_THE_CLEAR = ("intelligence",)

Carried = dict[str, list[Incoming]]


@dataclass(frozen=True)
class Made:
    """A hand-off that was written: where, its check number, and how many records of each register it carries."""

    path: Path
    check_number: str
    sequence: int
    revision: int
    counts: dict[str, int]


def due(vault: Vault, zone: str, month: str) -> Carried:
    """Collect what a hand-off of *month* would carry, register by register."""
    return {register.name: vault.records(register.name).due(month) for register in vault.definitions.of_zone(zone)}


def finished(vault: Vault, zone: str, month: str) -> dict[str, int]:
    """Count the finished records of *month* by register, whether headquarters has them or not: 0 is a nil report."""
    wanted = Filter(month=month, states=HAPPENED)
    return {register.name: len(vault.records(register.name).ids(wanted)) for register in vault.definitions.of_zone(zone)}


def write_handoff(
    vault: Vault, zone: str, month: str, folder: Path, *, why: str | None = None, language: str | None = None
) -> Made:
    """Write the workbook of *month* into *folder* and mark its records as handed off. Raises AppError.

    A month that was handed off before goes again as a higher revision, with what changed since.
    """
    if not month_is_right(month):
        raise AppError("handoff.bad_month", month=month)
    if zone in NEVER_IN_THE_CLEAR:
        raise AppError("handoff.not_in_the_clear", zone=_zone_label(vault, zone))
    if not folder.is_dir():
        raise AppError("handoff.no_folder", folder=folder.name)
    opened, station = vault.zone(zone), vault.station
    carried = due(vault, zone, month)
    tables = _tables(sheets(vault.definitions, zone), carried)
    last, revision = opened.last_sent(), opened.sent_revision(month) + 1
    sequence = last["sequence"] + 1 if last else 1
    path = folder / f"{station.prison}{station.letter}_{month}_{zone}_r{revision}.xlsx"
    counts = {name: len(items) for name, items in carried.items()}
    meta = {
        "format": FORMAT, "prison": station.prison, "month": month, "zone": zone, "revision": str(revision),
        "sequence": str(sequence), "station": station.id, "language": language or station.language,
        "program": __version__, "definitions": vault.definitions.fingerprint,
        "previous": last["check_number"] if last else "",
    }  # fmt: skip
    check = _describe_content(meta, tables)
    cover = _cover(vault, opened, meta, tables)
    write_file(path, build(Reading(opened.today, dict(vault.definitions.codes)), tables, meta, cover))
    note = {"sequence": sequence, "check_number": check, "month": month, "revision": revision, "file": path.name,
            "why": why, "counts": counts}  # fmt: skip
    opened.keep_sent(note, carried)
    return Made(path, check, sequence, revision, counts)


def build(
    reading: Reading,
    tables: Sequence[tuple[Sheet, Sequence[Row]]],
    meta: Mapping[str, str],
    cover: Cover,
    *,
    by_hand: bool = False,
) -> bytes:
    """Make the bytes of a workbook of format 1, in the language that *meta* names."""
    footer = " · ".join(filter(None, [cover.heading, meta.get("check", "")]))
    writer = WorkbookWriter(reading, meta["language"], footer, by_hand=by_hand)
    writer.write_cover(cover)
    for sheet, rows in tables:
        writer.write_sheet(sheet, rows)
    writer.write_lists(reading.codes, meta["month"])
    writer.write_meta(meta)
    return writer.finish()


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
    return [_with_strangers(sheet, _rows(sheet, carried)) for sheet in wanted]


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


def _cover(vault: Vault, opened: Zone, meta: Mapping[str, str], tables: Sequence[tuple[Sheet, Sequence[Row]]]) -> Cover:
    language = meta["language"]
    prison = vault.definitions.codes["prisons"].codes[meta["prison"]].label[language]
    facts = [
        ("sheet.prison", prison),
        ("sheet.month", month_in_words(meta["month"], language)),
        ("sheet.zone", _zone_label(vault, meta["zone"])[language]),
        ("sheet.revision", meta["revision"]),
        ("sheet.prepared_by", opened.person),
        ("sheet.check", meta["check"]),
        # Printed and signed, it lies outside the computer: `check` compares it with the history (docs/decisions/011).
        ("sheet.history_mark", opened.head.text),
    ]
    if meta["zone"] == "health":
        facts.append(("sheet.notice", message("sheet.health_notice")[language]))
    happened = finished(vault, meta["zone"], meta["month"])
    said = [
        (sheet.table.label[language], _amount(sheet, rows, tables, happened[sheet.name])[language])
        for sheet, rows in tables
        if isinstance(sheet.table, Register)
    ]
    heading = message("sheet.heading", prison=prison, month=month_in_words(meta["month"], language))[language]
    note = message("sheet.hidden_note")[language]
    return Cover(heading, [(message(name)[language], text) for name, text in facts], note, said, signatures(language))


def _amount(sheet: Sheet, rows: Sequence[Row], tables: Sequence[tuple[Sheet, Sequence[Row]]], happened: int) -> Label:
    """Tell how many records of a register are handed off and how many lines they have, and whether the month had any."""
    if not rows:
        return message("sheet.nothing_new" if happened else "sheet.nil")
    total = message("sheet.records", n=len(rows))
    for lines, of_lines in tables:
        if isinstance(lines.table, Lines) and lines.table.register == sheet.name and of_lines:
            total = message("sheet.and_lines", total=total, label=lines.table.label, n=len(of_lines))
    return total if happened else message("sheet.nil_besides", total=total)


def signatures(language: str) -> list[str]:
    """List who signs a hand-off on paper."""
    return [message(f"sheet.{who}")[language] for who in ("signature_head", "signature_preparer")]


def month_in_words(month: str, language: str) -> str:
    """Write a month for people: март 2013."""
    year, number = month.split("-")
    return f"{message(f'month.m{int(number)}')[language]} {year}"
