"""Who appears with whom: the links as a table and as a picture, and the records behind one of them."""

import datetime as dt
from html import escape
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPagedPaintDevice, QTextDocument
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from desktop.analysis.counting import Period as Months
from desktop.analysis.links import Link, Subject, Web, Wish, records_of, web_of
from desktop.gui import printing
from desktop.gui.look import SIGNS, button, icon, kind, label, scaled, small
from desktop.gui.period import Period
from desktop.gui.plain_table import Cell, Column, PlainTable
from desktop.gui.shortcuts import answer_keys
from desktop.gui.web_picture import WebPicture
from desktop.gui.words import Words
from desktop.registers.kinds import Reading
from desktop.registers.problems import AppError
from desktop.registers.register import Register
from desktop.store.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desktop.registers.rules import Row

PAPER_WIDTH = 560  # of the picture on a sheet, in the document's points
PAPER_SCALE = 3


class LinksPage(QWidget):
    """The links of a register that declares them; `record_asked` with the register and the uid of a record to open."""

    record_asked = Signal(str, str)

    def __init__(self, vault: Vault, words: Words, register: Register) -> None:
        """Show nothing until the page is arrived at."""
        super().__init__()
        self.vault, self.words, self.register = vault, words, register
        self.zone = vault.zone(register.zone)
        self.may_name = vault.may("write", register.zone)
        self.web = Web((), {})
        self.behind: Sequence[Row] = []
        self._build()
        self._connect()

    # What stands on the page

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(8)
        layout.addLayout(self._build_head())
        layout.addWidget(label(self.words("links_page.explain"), "second", wrap=True))
        layout.addLayout(self._build_question())
        layout.addWidget(self.period.message)
        self.message = label("", "second", wrap=True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(self.message)
        split = QSplitter()
        split.setChildrenCollapsible(False)
        split.addWidget(self._build_lists())
        split.addWidget(self._build_picture())
        split.setSizes([690, 440])
        layout.addWidget(split, 1)
        self.told = label("", "second")
        layout.addWidget(self.told)

    def _build_head(self) -> QHBoxLayout:
        words = self.words
        title = scaled(label(words("links_page.title"), "title"), 1.45)
        self.copy_button = button(words("links_page.copy"), picture="file-spreadsheet", keys="Ctrl+C")
        self.print_button = button(words("links_page.print"), picture="printer", keys="Ctrl+P")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(title, 1)
        head.addWidget(self.copy_button)
        head.addWidget(self.print_button)
        return head

    def _build_question(self) -> QHBoxLayout:
        words, codes = self.words, self.vault.definitions.codes
        self.period = Period(words, Reading(self.zone.today, dict(codes)))
        self.prison = QComboBox()
        self.prison.setAccessibleName(words("links_page.prison"))
        self.prison.addItem(words("links_page.any_prison"), "")
        for code, one in codes["prisons"].codes.items():
            self.prison.addItem(words.of(one.label), code)
        self.prison.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.prison.setMinimumContentsLength(14)
        self.prison.setVisible(self.vault.station.is_headquarters)
        self.seek = QLineEdit()
        self.seek.setPlaceholderText(f"{words('links_page.seek')}  Ctrl+F")
        self.seek.setAccessibleName(words("links_page.seek"))
        self.seek.setClearButtonEnabled(True)
        self.seek.addAction(icon("search", "second"), QLineEdit.ActionPosition.LeadingPosition)
        self.with_prisons = QCheckBox(words("links_page.with_prisons"))
        self.with_prisons.setChecked(True)
        self.with_names = QCheckBox(words("links_page.with_names"))
        self.with_names.setToolTip(words("links_page.names_tip"))
        self.with_names.setVisible(self.may_name)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.period)
        row.addWidget(self.prison)
        row.addWidget(self.seek, 1)
        row.addWidget(self.with_prisons)
        row.addWidget(self.with_names)
        return row

    def _build_lists(self) -> QWidget:
        words = self.words
        self.table = PlainTable(words("links_page.links"), [
            Column(words("links_page.first")), Column(words("links_page.second")),
            Column(words("links_page.records"), 76, is_number=True), Column(words("links_page.facts"), 84, is_number=True),
            Column(words("links_page.grade"), 140), Column(words("links_page.last"), 88),
        ])  # fmt: skip
        self.behind_title = label("", "title", wrap=True)
        self.records = PlainTable(words("links_page.records"), [
            Column(words("links_page.number"), 190), Column(words("links_page.day"), 96), Column(words("table.prison")),
        ])  # fmt: skip
        self.records.setMaximumHeight(150)
        side = QWidget()
        layout = QVBoxLayout(side)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.behind_title)
        layout.addWidget(self.records)
        return side

    def _build_picture(self) -> QFrame:
        self.picture = WebPicture()
        self.picture.setAccessibleName(self.words("links_page.picture_name"))
        card = QFrame()
        kind(card, "card")
        layout = QVBoxLayout(card)
        layout.setContentsMargins(8, 8, 8, 6)
        layout.addWidget(self.picture, 1)
        layout.addWidget(small(label(self.words("links_page.round_is"), "second", wrap=True)))
        return card

    def _connect(self) -> None:
        self.period.changed.connect(self.refresh)
        self.prison.activated.connect(self.refresh)
        self.seek.textChanged.connect(self.refresh)
        self.with_prisons.toggled.connect(self.refresh)
        self.with_names.toggled.connect(self._name)
        self.table.marked.connect(self._show_behind)
        self.records.activated.connect(lambda _: self._open())
        self.picture.asked.connect(self._seek_subject)
        self.copy_button.clicked.connect(self.copy)
        self.print_button.clicked.connect(self.print)
        answer_keys(self, ["Ctrl+F", "Ctrl+А"], self.seek.setFocus, "search")
        answer_keys(self, ["Ctrl+C", "Ctrl+С"], self.copy, "copy")
        answer_keys(self, ["Ctrl+P", "Ctrl+З"], self.print, "print")
        answer_keys(self, [Qt.Key.Key_F6], self._other_side, "other_side")

    # The links

    def arrive(self) -> None:
        """Take up the page again: other pages may have changed records."""
        self.refresh()
        if not self.isAncestorOf(QApplication.focusWidget() or self):
            self.table.setFocus()

    @property
    def wish(self) -> Wish:
        """Give what is asked for."""
        months = Months(*self.period.months)
        return Wish(months, self.prison.currentData(), self.seek.text().strip(), self.with_prisons.isChecked())

    def refresh(self, *_: object) -> None:
        """Connect the records anew."""
        wish = self.wish
        self.web = web_of(self.zone, self.register, wish)
        self.names = {subject: self._called(subject) for subject in self.web.appearances}
        links = self.web.links
        if not links:
            lines = self.words.of(self.register.lines_by_name[self._lines].label)
            said = "not_found" if wish.sought or any(self.period.months) or wish.prison else "none"
            self.message.setText(self.words(f"links_page.{said}", lines=lines))
        self.message.setVisible(not links)
        most = links[0].statements if links else 0
        self.picture.show_links(links, self.names, self.words("links_page.picture", n=len(links), most=most))
        self.table.show_rows([self._cells(link) for link in links], 0)
        if not links:
            self._show_behind(-1)
        self.told.setText(self.words("links_page.count", n=len(links)))

    @property
    def _lines(self) -> str:
        return self.register.links.lines if self.register.links else ""

    def _called(self, subject: Subject) -> str:
        """Call a subject by its code, and by a name only where names are shown."""
        words = self.words
        if subject.sort == "prison":
            row = self.vault.definitions.codes["prisons"].codes.get(subject.text)
            return words.of(row.label) if row else subject.text
        is_named = self.with_names.isChecked() and bool(subject.name)
        if subject.sort == "code":
            return f"{subject.text} · {subject.name}" if is_named else subject.text
        name = subject.name if is_named else words("links_page.no_code", n=subject.text)
        if subject.perhaps:
            return words("links_page.perhaps", name=name, code=subject.perhaps)
        return words("links_page.same_name", name=name) if is_named else name

    def _cells(self, link: Link) -> list[Cell]:
        day = dt.date.fromisoformat(link.last)
        return [
            self._who(link.first), self._who(link.second), Cell(str(len(link.uids))), Cell(str(link.statements)),
            Cell(self._grades(link)), Cell(f"{day:%d.%m.%Y}"),
        ]  # fmt: skip

    def _who(self, subject: Subject) -> Cell:
        return Cell(self.names[subject], "second" if subject.sort == "name" else "ink")

    def _grades(self, link: Link) -> str:
        """Write the best grade of each scheme, which is named where there are several."""
        schemes = self._scheme_labels()
        if len(link.grades) == 1:
            return f"{link.grades[0][1]} · {schemes.get(link.grades[0][0], '')}"
        return "; ".join(f"{grade} · {schemes.get(scheme, scheme)}" for scheme, grade in link.grades)

    def _scheme_labels(self) -> dict[str, str]:
        links = self.register.links
        assert links is not None  # noqa: S101 - the page is made for a register that declares links
        field = self.register.lines_by_name[links.graded].by_name[links.scheme]
        return {code: self.words.of(row.label) for code, row in self.vault.definitions.codes[field.codes].codes.items()}

    def _name(self) -> None:
        """Show names or hide them again, and write down that they were shown."""
        if self.with_names.isChecked():
            self.zone.log("view", self.words("links_page.of", register=self.words.of(self.register.label)))
        self.refresh()

    def _seek_subject(self, subject: Subject) -> None:
        self.seek.setText(self.names[subject] if subject.sort == "prison" else subject.text)

    # The records behind a link

    def _show_behind(self, place: int) -> None:
        link = self.web.links[place] if 0 <= place < len(self.web.links) else None
        self.picture.mark(link)
        self.behind = records_of(self.zone, self.register, link) if link else []
        self.behind_title.setVisible(bool(link))
        self.records.setVisible(bool(link))
        if link:
            first, second = self.names[link.first], self.names[link.second]
            self.behind_title.setText(self.words("links_page.behind", first=first, second=second))
        prisons = self.vault.definitions.codes["prisons"].codes
        self.records.show_rows(
            [
                [Cell(row["number"]), Cell(f"{dt.date.fromisoformat(row['day']):%d.%m.%Y}"),
                 Cell(self.words.of(prisons[row["prison"]].label) if row["prison"] in prisons else row["prison"])]
                for row in self.behind
            ]
        )  # fmt: skip

    def _open(self) -> None:
        if 0 <= self.records.place < len(self.behind):
            self.record_asked.emit(self.register.name, self.behind[self.records.place]["uid"])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the record behind the marked link by Enter; a link by Enter leads to its records."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif self.records.hasFocus():
            self._open()
        elif self.table.hasFocus() and self.behind:
            self.records.setFocus()
            self.records.selectRow(0)

    def _other_side(self) -> None:
        sides = [self.seek, self.table, self.records]
        shown = [side for side in sides if side.isVisible()]
        at = next((place for place, side in enumerate(shown) if side.hasFocus()), -1)
        shown[(at + 1) % len(shown)].setFocus(Qt.FocusReason.ShortcutFocusReason)

    # Out of the program

    def _told(self) -> dict[str, Any]:
        return {"links": len(self.web.links), "identified": self.with_names.isChecked()}

    def copy(self) -> None:
        """Put the links as they are shown on the clipboard, for a spreadsheet, and write down that they left the program."""
        self.zone.log("export", None, self._told(), register=self.register.name)
        rows = [[column.title for column in self.table.plain_model.columns]]
        rows += [[cell.text for cell in row] for row in self.table.plain_model.rows]
        QGuiApplication.clipboard().setText("\n".join("\t".join(row) for row in rows))
        self.told.setText(f"{SIGNS['good']} {self.words('links_page.copied', n=len(self.web.links))}")

    def print(self) -> None:
        """Print the links and their picture, and write down that they were."""
        words = self.words
        try:
            printer = printing.choose_printer(self, words("links_page.print"), "links_page.no_printer")
        except AppError as error:
            self.told.setText(f"{SIGNS['error']} {words.of(error.text)}")
            return
        if printer is None:
            return
        # Noted first: paper that nobody can account for would be worse than a note without paper.
        self.zone.log("print", None, self._told(), register=self.register.name)
        paint(self, printer)
        self.told.setText(f"{SIGNS['good']} {words('links_page.printed')}")


def paint(page: LinksPage, device: QPagedPaintDevice) -> None:
    """Print the picture of *page* and its table on *device*, a printer or a PDF."""
    columns = page.table.plain_model.columns
    heading = "".join(f"<th align=left>{escape(column.title)}</th>" for column in columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell.text)}</td>" for cell in row) + "</tr>" for row in page.table.plain_model.rows
    )
    words = page.words
    title = escape(words("links_page.of", register=words.of(page.register.label)))
    document = QTextDocument()
    document.setDefaultFont(page.font())
    document.addResource(QTextDocument.ResourceType.ImageResource, QUrl("picture"), page.picture.as_image(PAPER_SCALE))
    document.setHtml(
        f"<h3>{title}</h3><p>{escape(page.period.in_words())}</p><p><img src='picture' width='{PAPER_WIDTH}'></p>"
        f"<p>{escape(words('links_page.round_is'))}</p><table width='100%' cellpadding=3 border=1"
        f" style='border-collapse: collapse'><thead><tr>{heading}</tr></thead>{rows}</table>"
    )
    document.print_(device)
