"""A form that was left unfinished: what is kept of it, and the question whether it is taken up again."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.gui import prompts
from desktop.gui.line_editor import Context
from desktop.gui.plain_table import Cell, Column, PlainTable
from desktop.registers.register import Field, Lines
from desktop.registers.rules import LinesOf, Row
from desktop.store.records import Records

# Rows of the table that are seen without scrolling.
MOST_SEEN = 8
ROW = 28
LABEL = 190


def unfinished(records: Records, record: Row, lines: LinesOf, unread: Mapping[str, str]) -> dict[str, Any]:
    """Give what is kept of an open form: who typed it, when, and all that stands in it."""
    at = f"{dt.datetime.now():%d.%m.%Y %H:%M}"
    return {"at": at, "by": records.zone.person, "record": record, "lines": lines, "unread": dict(unread)}


def ask_unfinished(parent: QWidget, records: Records, kept: Mapping[str, Any], context: Context) -> bool | None:
    """Ask whether *kept* is taken up, beside what is stored of the record; None leaves it for later."""
    words = context.words
    uid = kept["record"].get("uid")
    record, lines = records.read(uid) if uid else (records.blank(), {})
    said = (
        words("entry.kept", person=kept["by"], at=kept["at"]) if kept.get("by") else words("entry.kept_before", at=kept["at"])
    )
    if uid and record["revision"] != kept["record"].get("revision"):
        said += "\n" + words("entry.kept_changed", at=str(record["changed_at"])[:16].replace("T", " "))
    columns = [Column(words("entry.field"), LABEL), Column(words("entry.stored")), Column(words("entry.typed"))]
    table = PlainTable(words("form.recover"), columns)
    table.setColumnHidden(1, not uid)
    rows = list(_differences(records, (record, lines), kept, context))
    table.show_rows([[Cell(name, "second"), Cell(old), Cell(new)] for name, old, new in rows])
    table.setFixedHeight(ROW * (min(len(rows), MOST_SEEN) + 1) + 6)
    return prompts.ask_recover(parent, words, said, table)


def _differences(
    records: Records, stored: tuple[Row, LinesOf], kept: Mapping[str, Any], context: Context
) -> Iterator[tuple[str, str, str]]:
    """Tell of each field what is stored and what was typed, where they differ."""
    register, unread = records.register, kept["unread"]
    header = [records.zone.definitions.header.by_name["remarks"]]
    yield from _of_row("", [*register.fields, *header], stored[0], kept["record"], unread, context)
    for table in register.lines:
        typed, before = kept["lines"].get(table.name, []), stored[1].get(table.name, [])
        for place in range(max(len(typed), len(before))):
            old = before[place] if place < len(before) else {}
            new = typed[place] if place < len(typed) else {}
            of_line = {key.rpartition("/")[2]: text for key, text in unread.items() if key.startswith(f"{table.name}/{place}/")}
            yield from _of_row(_name(table, place, context), table.fields, old, new, of_line, context)


def _name(table: Lines, place: int, context: Context) -> str:
    return f"{context.words.of(table.label)} {place + 1}: "


def _of_row(
    prefix: str, fields: Any, old: Row, new: Row, unread: Mapping[str, str], context: Context
) -> Iterator[tuple[str, str, str]]:
    for f in fields:
        if f.value:
            continue
        before, after = _shown(f, old, context), unread.get(f.name) or _shown(f, new, context)
        if before != after:
            yield prefix + context.words.of(f.label), before, after


def _shown(f: Field, row: Row, context: Context) -> str:
    return context.words.brief(row.get(f.name), f, context.reading)
