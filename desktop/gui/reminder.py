"""The letter to the head of a prison that has not handed off, or whose rows were rejected: one page a prison."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSizeF
from PySide6.QtGui import QGuiApplication, QPagedPaintDevice, QPageLayout, QPageSize, QPainter, QPdfWriter, QTextDocument

from desktop.gui.arrival_words import day_in_words
from desktop.gui.words import Words
from desktop.registers.codes import Code
from desktop.registers.declarations import Definitions
from desktop.store.arrivals import HandOff, Reminder
from desktop.store.keyring import HEADQUARTERS

# A letter is read on paper: in points, whatever the screen's letters are.
POINTS = 10.5
# Beyond what the printer itself leaves white, in inches.
MARGIN = 0.55
# So many rejected rows fit on the page of a letter.
MOST = 6

# The column of the code list of zones that says whether its hand-offs travel sealed: a problem may quote what was typed.
_SEALED = "sealed"


@dataclass(frozen=True)
class Writing:
    """What every letter of a month says alike: of which month, on which day, and who prepared it, in whose language."""

    definitions: Definitions
    month: str
    today: dt.date
    person: str
    words: Words

    def letter(self, reminder: Reminder) -> QTextDocument:
        """Write the letter to one prison."""
        made = QTextDocument()
        font = made.defaultFont()
        font.setPointSizeF(POINTS)
        made.setDefaultFont(font)
        made.setDefaultStyleSheet("td, th { padding: 1px 16px 1px 0; } th { text-align: left; } p { margin-bottom: 9px; }")
        made.setHtml("".join(self._parts(reminder)))
        return made

    def _parts(self, reminder: Reminder) -> Iterator[str]:
        words, prisons = self.words, self.definitions.codes["prisons"].codes
        yield f"<p align='center'><b>{escape(self._in_full(prisons[HEADQUARTERS]))}</b><br></p>"
        yield f"<p align='right'>{escape(words('reminder.to'))}<br>{escape(self._in_full(prisons[reminder.prison]))}</p>"
        yield f"<p>{escape(words('reminder.dated', day=day_in_words(self.today)))}</p>"
        yield f"<p><br><b>{escape(words('reminder.subject', month=words.month(self.month)))}</b><br></p>"
        if reminder.missing:
            yield from self._missing(reminder)
        if reminder.rejected:
            yield from self._rejected(reminder)
        asked = [name for name, owed in (("missing", reminder.missing), ("rejected", reminder.rejected)) if owed]
        yield from (f"<p>{escape(words(f'reminder.ask_{name}'))}</p>" for name in asked)
        yield f"<p><br><br>{escape(words('reminder.signed'))} {'_' * 40}</p>"
        yield f"<p><br>{escape(words('reminder.prepared_by', person=self.person))}</p>"

    def _missing(self, reminder: Reminder) -> Iterator[str]:
        words = self.words
        yield f"<p>{escape(words('reminder.missing', day=day_in_words(self.today)))}</p>"
        of_months = groupby(reminder.missing, key=lambda cell: (cell.month, cell.due))
        rows = [
            (words.month(month), ", ".join(self._zone(cell.zone) for cell in cells), day_in_words(due))
            for (month, due), cells in of_months
        ]
        yield _table([words("sheet.month"), words("sheet.zone"), words("reminder.due")], rows)

    def _rejected(self, reminder: Reminder) -> Iterator[str]:
        words = self.words
        yield f"<p>{escape(words('reminder.rejected'))}</p>"
        rows = [
            (words.month(h.month), self._zone(h.zone), str(h.revision), h.check_number, str(h.rejected))
            for h in reminder.rejected
        ]
        names = ("sheet.month", "sheet.zone", "sheet.revision", "sheet.check", "reminder.rejected_rows")
        yield _table([words(name) for name in names], rows)
        if problems := [self._problem(h, problem) for h in reminder.rejected for problem in h.problems]:
            yield _table([words(f"sheet.rejected_{name}") for name in ("sheet", "number", "cell", "problem")], problems[:MOST])
        if len(problems) > MOST:
            yield f"<p>{escape(words('reminder.and_more', n=len(problems) - MOST))}</p>"

    def _problem(self, hand_off: HandOff, problem: Mapping[str, Any]) -> tuple[str, ...]:
        """Say where a rejected row stands and what is wrong, without what is wrong where nothing may be on paper in the clear."""
        zone = self.definitions.codes["zones"].codes[hand_off.zone]
        said = "" if zone.column(_SEALED) else problem["problem"][self.words.language]
        return str(problem["sheet"]), str(problem["number"] or ""), str(problem["cell"] or problem["row"]), said

    def _zone(self, zone: str) -> str:
        return self.words.of(self.definitions.codes["zones"].codes[zone].label)

    def _in_full(self, place: Code) -> str:
        """Name a place as letters do, with the name that everybody knows it by."""
        label, full = self.words.of(place.label), place.column(f"long_{self.words.language}")
        return f"{full} ({label})" if full else label


def print_letters(letters: Sequence[QTextDocument], device: QPagedPaintDevice) -> None:
    """Draw *letters* on *device*, each from a page of its own."""
    layout = device.pageLayout()
    inches = layout.paintRect(QPageLayout.Unit.Inch).size()
    dots = QGuiApplication.primaryScreen().logicalDotsPerInch()
    size = QSizeF(inches.width() * dots, inches.height() * dots)
    painter = QPainter(device)
    scale = device.logicalDpiX() / dots
    painter.scale(scale, scale)
    for place, letter in enumerate(letters):
        letter.setDocumentMargin(MARGIN * dots)
        letter.setPageSize(size)
        for page in range(letter.pageCount()):
            if place or page:
                device.newPage()
            painter.save()
            painter.translate(0, -page * size.height())
            letter.drawContents(painter)
            painter.restore()
    painter.end()


def as_pdf(letters: Sequence[QTextDocument], title: str) -> bytes:
    """Write *letters* as one PDF of A4 pages."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(title)
    writer.setResolution(600)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    print_letters(letters, writer)
    del writer
    return bytes(content.data())


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(text)}</th>" for text in headings)
    body = "".join("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>" for row in rows)
    return f"<table cellspacing='0'><tr>{head}</tr>{body}</table><p></p>"
