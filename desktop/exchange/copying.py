"""Records copied to another program as a table: text for a sheet, HTML for a letter."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from desktop.exchange.lists import defused
from desktop.registers.register import Field, Lines
from desktop.store.records import Records

CLIPBOARD = "clipboard"


@dataclass(frozen=True)
class Copied:
    """The same table twice: cells parted by tabs, and HTML."""

    text: str
    html: str


def copy_table(
    records: Records, columns: Sequence[Field | Lines], headings: Sequence[str], rows: Sequence[Sequence[str]]
) -> Copied:
    """Make a table of *rows*, noted in the history as an export where the zone keeps who looked at what."""
    if records.zone.keeps_views:
        told = {"records": len(rows), "columns": [one.name for one in columns], "identified": names_persons(columns)}
        records.zone.log("export", None, told | {"format": CLIPBOARD}, register=records.register.name)
    table = [headings, *rows]
    text = "\r\n".join("\t".join(_cell(text) for text in row) for row in table)
    body = "".join("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>" for row in rows)
    head = "".join(f"<th>{escape(text)}</th>" for text in headings)
    return Copied(text, f'<meta charset="utf-8"><table border="1"><tr>{head}</tr>{body}</table>')


def names_persons(columns: Sequence[Field | Lines]) -> bool:
    """Tell whether any of *columns* names persons; lines do where a field of their title does."""
    fields = [f for one in columns for f in (_titles(one) if isinstance(one, Lines) else [one])]
    return any(f.identifies for f in fields)


def _titles(lines: Lines) -> list[Field]:
    return [lines.by_name[name] for name in lines.title]


def _cell(text: str) -> str:
    """Keep a text in one cell: no tab or new line in it, and nothing that a spreadsheet would work out."""
    return defused(" ".join(text.split()))
