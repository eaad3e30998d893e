"""A form that was left unfinished: what is kept of it, and the question whether it is taken up again."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.gui import prompts
from desktop.gui.comparison import pairs, table_of
from desktop.gui.line_editor import Context
from desktop.registers.rules import LinesOf, Row
from desktop.store.records import Records


def unfinished(records: Records, record: Row, lines: LinesOf, unread: Mapping[str, str]) -> dict[str, Any]:
    """Give what is kept of an open form: who typed it, when, and all that stands in it."""
    at = f"{dt.datetime.now():%d.%m.%Y %H:%M}"
    return {"at": at, "by": records.zone.person, "record": record, "lines": lines, "unread": dict(unread)}


def ask_unfinished(parent: QWidget, records: Records, kept: Mapping[str, Any], context: Context) -> bool | None:
    """Ask whether *kept* is taken up, beside what is stored of the record; None leaves it for later."""
    words = context.words
    uid = kept["record"].get("uid")
    record, lines = records.read(uid) if uid else (records.blank(), {})
    at = kept.get("at", "—")  # a form that an older program kept says neither when nor by whom
    said = words("entry.kept", person=kept["by"], at=at) if kept.get("by") else words("entry.kept_before", at=at)
    if uid and record["revision"] != kept["record"].get("revision"):
        said += "\n" + words("entry.kept_changed", at=str(record["changed_at"])[:16].replace("T", " "))
    both = pairs(records.register, context, (record, lines), (kept["record"], kept["lines"]), kept["unread"])
    titles = words("entry.field"), words("entry.stored"), words("entry.typed")
    table = table_of([pair for pair in both if pair.left != pair.right], words("form.recover"), titles, is_marked=False)
    table.setColumnHidden(1, not uid)
    return prompts.ask_recover(parent, words, said, table)
