"""The records behind a number, and what the table makes of each."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from desktop.analysis.tables import Behind, records_behind
from desktop.gui.explanation import ExplanationView, Question, find
from desktop.gui.figure_grid import Target, with_unit
from desktop.gui.look import SIGNS, icon, kind, label, sized
from desktop.gui.period import in_digits
from desktop.gui.words import Words
from desktop.registers.problems import AppError
from desktop.store.vault import Vault

ROW_HEIGHT = 27
# Columns are as wide as texts like these; the last that is left over stretches.
SAMPLES = {"number": "X-KARAKOL-S-2013-0001", "month": "03.2013", "amount": "0,00000 кг"}

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


class BehindModel(QAbstractTableModel):
    """Records with their number, prison, month and what each adds."""

    def __init__(self, vault: Vault, words: Words) -> None:
        """Show nothing until `show`."""
        super().__init__()
        self.words, self.codes = words, vault.definitions.codes
        self.rows: Sequence[Behind] = ()
        prison = ["prison"] if vault.station.is_headquarters else []
        self.columns = ["number", *prison, "month", "amount"]
        self.headings = {
            "number": words("tables_page.number"), "prison": words("table.prison"), "month": words("table.month"),
            "amount": words("tables_page.amount"),
        }  # fmt: skip

    def show(self, rows: Sequence[Behind]) -> None:
        """Show *rows*."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Count the records."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Count the columns; the prison is shown where several are."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give a column's heading."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.headings[self.columns[section]]
        return self._alignment(self.columns[section]) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give a cell's text or alignment."""
        if not index.isValid():
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._text(self.rows[index.row()], self.columns[index.column()])
        return self._alignment(self.columns[index.column()]) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def _text(self, row: Behind, column: str) -> str:
        if column == "prison":
            code = self.codes["prisons"].codes.get(row.prison)
            return self.words.of(code.label) if code else row.prison
        if column == "month":
            return in_digits(row.month or "")
        return row.number if column == "number" else with_unit(row.value, row.unit, self.codes["units"], self.words)

    @staticmethod
    def _alignment(column: str) -> int:
        side = Qt.AlignmentFlag.AlignRight if column == "amount" else Qt.AlignmentFlag.AlignLeft
        return int(side | Qt.AlignmentFlag.AlignVCenter)


class BehindTable(QTableView):
    """The list of records; a click or Enter asks about one."""

    asked = Signal(int)

    def __init__(self, model: BehindModel) -> None:
        """Show *model*."""
        super().__init__()
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(sized(ROW_HEIGHT))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        stretched = "prison" if "prison" in model.columns else "number"
        for place, column in enumerate(model.columns):
            if column == stretched:
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)
            else:
                widest = max(map(self.fontMetrics().horizontalAdvance, (SAMPLES[column], model.headings[column])))
                header.resizeSection(place, widest + 22)
        self.clicked.connect(lambda index: self.asked.emit(index.row()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Enter for a click."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.asked.emit(self.currentIndex().row())
            return
        super().keyPressEvent(event)


class BehindPanel(QWidget):
    """Shows the records behind a number, or one record that was asked for by its number."""

    record_asked = Signal(str, str)
    closed = Signal()

    def __init__(self, vault: Vault, words: Words) -> None:
        """Show nothing until something is asked."""
        super().__init__()
        self.vault, self.words = vault, words
        self.question: Question | None = None
        self.target: Target | None = None
        kind(self, "form")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = label("", "title", wrap=True)
        self.second = label("", "second", wrap=True)
        self.message = label("", "error", wrap=True)
        self.model = BehindModel(vault, words)
        self.table = BehindTable(self.model)
        self.table.setAccessibleName(words("tables_page.behind"))
        self.table.asked.connect(self._explain)
        self.explanation = ExplanationView(vault, words)
        self.explanation.record_asked.connect(self.record_asked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(6)
        layout.addLayout(self._build_head())
        layout.addWidget(self.second)
        layout.addWidget(self.message)
        layout.addWidget(self.table, 3)
        layout.addWidget(self.explanation, 2)
        layout.addStretch()

    def _build_head(self) -> QHBoxLayout:
        close = QPushButton(f"{self.words('form.close')}  Esc")
        close.setIcon(icon("x", "accent"))
        close.setAccessibleName(self.words("form.close"))
        close.setAutoDefault(False)
        kind(close, "link")
        close.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        return head

    def show_behind(self, question: Question, target: Target) -> None:
        """List the records behind *target*. Raises AppError."""
        self.question, self.target = question, target
        rows = records_behind(
            self.vault, question.table, question.first, question.last, target.key, reason=target.reason, unit=target.unit
        )
        self.model.show(rows)
        self._show(target.title, self.words("list.count", n=len({row.uid for row in rows})))
        self.table.show()
        if rows:
            self.table.selectRow(0)

    def again(self) -> None:
        """List the records anew, with the same place marked: they may have changed. Raises AppError."""
        if self.question and self.target:
            place = self.table.currentIndex().row()
            self.show_behind(self.question, self.target)
            self.table.selectRow(min(place, len(self.model.rows) - 1))

    def show_record(self, question: Question, typed: str) -> None:
        """Explain the record whose number was *typed*, or say why it cannot be."""
        self.question, self.target = question, None
        self.table.hide()
        self._show(self.words("tables_page.why"), self.words.of(question.table.label))
        try:
            row = find(self.vault.records(question.table.register.name), typed)
            self._explain_record(str(row["number"]), str(row["uid"]))
        except AppError as error:
            self._tell(error)

    def _show(self, title: str, second: str) -> None:
        self.title.setText(title)
        self.second.setText(second)
        self.message.hide()
        self.explanation.hide()

    def _explain(self, place: int) -> None:
        row = self.model.rows[place]
        try:
            self._explain_record(row.number, row.uid)
        except AppError as error:
            self._tell(error)

    def _explain_record(self, number: str, uid: str) -> None:
        assert self.question is not None  # noqa: S101 - rows are shown for a question only
        self.explanation.show_record(self.question, number, uid)
        self.explanation.show()

    def _tell(self, error: AppError) -> None:
        self.message.setText(f"{SIGNS['error']} {self.words.of(error.text)}")
        self.message.show()
