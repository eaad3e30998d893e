"""The cover sheet of a hand-off as the head of a prison reads, prints and signs it: in one language, from its facts alone."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from html import escape

from PySide6.QtGui import QTextDocument

from desktop.analysis.declarations import load_tables
from desktop.analysis.text import with_unit
from desktop.exchange.handoff import facts_in_words, heading, in_words, signatures
from desktop.gui.look import PAPER
from desktop.gui.words import Words
from desktop.gui.zone_card import day
from desktop.registers.declarations import Definitions
from desktop.registers.problems import DeclarationError
from desktop.store.covers import CoverSheet, Total


def document(definitions: Definitions, prison: str, sheet: CoverSheet, words: Words, printed_by: str = "") -> QTextDocument:
    """Set the cover of *sheet*; *printed_by*, the last line, says whose printer it came from and when."""
    place = definitions.codes["prisons"].codes[prison].label
    facts = [(words.of(name), words.of(text)) for name, text in facts_in_words(definitions, place, sheet)]
    facts.append((words("cover_sheet.written"), day(sheet.at)))
    if sheet.why:
        facts.append((words("handoff_page.why"), sheet.why))
    parts = [
        f"<h2>{escape(words.of(heading(place, sheet.month)))}</h2>",
        _table([], facts),
        _table([words("cover_sheet.register"), words("cover_sheet.carried"), words("cover_sheet.finished")], _counts(definitions, sheet, words)),
    ]  # fmt: skip
    if sheet.totals:
        headings = [words("cover_sheet.table"), words("cover_sheet.counted"), words("cover_sheet.doubtful")]
        parts.append(_table(headings, _totals(definitions, sheet.totals, words)))
    line = "_" * 40
    parts += [f"<p><br>{escape(who)}<br><br>{line}</p>" for who in signatures(words.language)]
    parts += [f"<p>{escape(printed_by)}</p>"] if printed_by else []
    made = QTextDocument()
    made.setDefaultStyleSheet(f"th {{ text-align: left; color: {PAPER['second']}; }} td, th {{ padding: 3px 14px 3px 0; }}")
    made.setHtml("".join(parts))
    return made


def _counts(definitions: Definitions, sheet: CoverSheet, words: Words) -> Iterable[Sequence[str]]:
    for name, counted in sheet.registers.items():
        # A register that an update took away still was handed off.
        if register := definitions.registers.get(name):
            yield words.of(register.label), words.of(in_words(register, counted)), str(counted.finished)
        else:
            yield name, str(counted.carried), str(counted.finished)


def _totals(definitions: Definitions, totals: Sequence[Total], words: Words) -> Iterable[Sequence[str]]:
    try:
        tables = load_tables(definitions)
    except DeclarationError:
        tables = {}
    units = definitions.codes["units"]
    for total in totals:
        label = words.of(tables[total.table].label) if total.table in tables else total.table
        amounts = [with_unit(Decimal(value), unit, units, words.language) for unit, value in total.amounts.items()]
        yield label, "; ".join(amounts), str(total.doubtful or "")


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(text)}</th>" for text in headings)
    body = "".join("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>" for row in rows)
    return f"<table cellspacing='0'>{f'<tr>{head}</tr>' if head else ''}{body}</table><br>"
