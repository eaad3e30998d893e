"""The papers of a course: the sheet that people sign each day, and the certificates of those who were given one."""

import datetime as dt
from collections.abc import Sequence
from html import escape
from typing import Any

from PySide6.QtCore import QMarginsF, QRectF
from PySide6.QtGui import QPagedPaintDevice, QPageLayout, QPageSize, QPdfWriter, QTextDocument

from desktop.gui.words import Words
from desktop.registers.declarations import Definitions
from desktop.registers.kinds import Reading
from desktop.registers.register import Register
from desktop.registers.rules import Row
from desktop.store.roll_calls import Person, RollCall, roll_of

# More columns than these leave no room to sign in: the sheet goes on with the next days.
DAYS_ON_A_SHEET = 7
LEAST_ROWS = 15


class Papers:
    """Writes the papers of one record in one language."""

    def __init__(self, definitions: Definitions, register: Register, call: RollCall, language: str, today: dt.date) -> None:
        """Take the record as it is kept."""
        self.definitions, self.register, self.call = definitions, register, call
        self.roll, self.words = roll_of(register), Words(language)
        self._reading = Reading(today, dict(definitions.codes))

    def _shown(self, name: str, row: Row, table: Any = None) -> str:
        field = (table or self.register).by_name[name]
        return self.words.brief(row.get(name), field, self._reading)

    @property
    def _prison(self) -> str:
        row = self.definitions.codes["prisons"].codes.get(self.call.record["prison"])
        return self.words.of(row.label) if row else str(self.call.record["prison"])

    def sign_in_sheets(self) -> list[QTextDocument]:
        """Write the sheets to sign in on: people down, days across, room for whoever comes unexpected."""
        days = self.call.days
        return [self._sheet(days[at : at + DAYS_ON_A_SHEET]) for at in range(0, len(days), DAYS_ON_A_SHEET)]

    def _sheet(self, days: Sequence[dt.date]) -> QTextDocument:
        words = self.words
        heads = ["№", words("roll.person"), words("roll.unit"), *(f"{day:%d.%m.%Y}" for day in days)]
        rows = [[str(n), person.name or person.code, person.unit, *[""] * len(days)] for n, person in self._numbered()]
        extra = range(len(rows) + 1, max(LEAST_ROWS, len(rows) + 3) + 1)
        rows += [[str(n), "", "", *[""] * len(days)] for n in extra]
        title, first, last = self._shown(self.roll.subject, self.call.record), self.call.days[0], self.call.days[-1]
        return _document(
            f"<h2>{escape(words('roll.sheet'))}</h2><p><b>{escape(title)}</b><br>{escape(self._prison)}"
            f" · {first:%d.%m.%Y} – {last:%d.%m.%Y} · {escape(self.call.record['number'])}</p>{_table(heads, rows)}"
            f"<p>{escape(words('roll.signed_by'))} ______________________ / ______________________ /</p>"
        )

    def _numbered(self) -> Sequence[tuple[int, Person]]:
        return list(enumerate(self.call.people, 1))

    @property
    def given(self) -> list[Person]:
        """List those who were given a certificate with a number."""
        return [person for person in self.call.people if person.line.get(self.roll.given) and person.line.get(self.roll.paper)]

    def certificates(self) -> list[QTextDocument]:
        """Write the certificates of those who were given one."""
        return [self._certificate(person) for person in self.given]

    def _certificate(self, person: Person) -> QTextDocument:
        words, roll, record = self.words, self.roll, self.call.record
        people = self.register.lines_by_name[roll.people]
        paper, dated, until = (self._shown(name, person.line, people) for name in (roll.paper, roll.dated, roll.until))
        hours = self._shown(roll.lasts, record)
        done = words(
            "roll.certificate_text", first=f"{self.call.days[0]:%d.%m.%Y}", last=f"{self.call.days[-1]:%d.%m.%Y}",
        )  # fmt: skip
        facts = [words("roll.certificate_hours", hours=hours)] if hours else []
        facts += [words("roll.certificate_valid", day=until)] if until else []
        return _document(
            "<div align=center style='font-size: 14pt'><p style='font-size: 30pt'>&nbsp;</p>"
            f"<p style='font-size: 12pt'>{escape(words('roll.service'))}<br>{escape(self._prison)}</p>"
            f"<p style='font-size: 34pt'><b>{escape(words('roll.certificate'))}</b></p><p>№ {escape(paper)}</p>"
            f"<p>{escape(words('roll.certified'))}</p><p style='font-size: 24pt'><b>{escape(person.name or person.code)}</b></p>"
            f"<p>{escape(done)}</p><p style='font-size: 18pt'><b>«{escape(self._shown(roll.subject, record))}»</b></p>"
            f"<p>{escape(' · '.join(facts))}</p><p>&nbsp;</p>"
            f"<table width='80%' align=center><tr><td>{escape(dated)}</td>"
            f"<td align=right>______________________<br>{escape(words('roll.certificate_signed'))}</td></tr></table></div>"
        )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(text)}</th>" for text in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(text) or '&nbsp;'}</td>" for text in row) + "</tr>" for row in rows)
    style = "border-collapse: collapse; border-style: solid"
    return f"<table width='100%' border=1 cellpadding=6 style='{style}'><thead><tr>{head}</tr></thead>{body}</table>"


def _document(html: str) -> QTextDocument:
    document = QTextDocument()
    document.setHtml(html)
    return document


def lay_across(device: QPagedPaintDevice) -> None:
    """Turn the paper of *device* on its side: A4 with room for days and for a certificate."""
    margins = QMarginsF(12, 12, 12, 12)
    layout = QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Landscape, margins)
    layout.setUnits(QPageLayout.Unit.Millimeter)
    layout.setMargins(margins)
    device.setPageLayout(layout)


def print_papers(documents: Sequence[QTextDocument], device: QPagedPaintDevice) -> None:
    """Print *documents* on *device*, a printer or a PDF, each on pages of its own."""
    from PySide6.QtGui import QPainter

    lay_across(device)
    painter = QPainter(device)
    for place, document in enumerate(documents):
        if place:
            device.newPage()
        _paint(document, painter, device)
    painter.end()


def _paint(document: QTextDocument, painter: Any, device: QPagedPaintDevice) -> None:
    layout = document.documentLayout()
    layout.setPaintDevice(device)
    sheet = painter.viewport()
    document.setPageSize(sheet.size().toSizeF())
    for page in range(document.pageCount()):
        if page:
            device.newPage()
        painter.save()
        painter.translate(0, -page * sheet.height())
        document.drawContents(painter, QRectF(0, page * sheet.height(), sheet.width(), sheet.height()))
        painter.restore()


def as_pdf(documents: Sequence[QTextDocument], path: str) -> None:
    """Write *documents* as a PDF at *path*."""
    writer = QPdfWriter(path)
    # The title of a PDF is read by whoever has the file.
    writer.setTitle("Depter")
    writer.setResolution(300)
    print_papers(documents, writer)
