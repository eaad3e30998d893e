"""The figures of one table: what is asked, the table with its chart, and what is left out."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.analysis.declarations import TableDeclaration
from desktop.analysis.tables import Figures, figures, label_of
from desktop.gui.explanation import Question
from desktop.gui.figure_chart import Bar, FigureChart
from desktop.gui.figure_grid import Grid, lay_out, written
from desktop.gui.figure_table import FigureTable
from desktop.gui.left_out import LeftOut
from desktop.gui.look import SIGNS, button, icon, kind, label, scaled, sized
from desktop.gui.period import Period, without_gaps
from desktop.gui.words import Words
from desktop.registers.kinds import Reading
from desktop.registers.problems import AppError
from desktop.store.vault import Vault

OVER_TIME = ("year", "month")
NARROW, LOW = 700, 560  # less leaves no room for the chart, or for the description


class FigurePane(QWidget):
    """Asks for a period and dimensions, counts, and shows what came out."""

    asked = Signal(object)
    asked_anew = Signal()
    why_asked = Signal(str)

    def __init__(self, vault: Vault, words: Words, table: TableDeclaration) -> None:
        """Show *table* as it declares itself."""
        super().__init__()
        self.vault, self.words, self.table = vault, words, table
        self.units = vault.definitions.codes["units"]
        self.found: Figures | None = None
        self.grid = Grid("", (), ())
        self.setMinimumWidth(sized(380))
        self._build()
        self._connect()
        self.show_table(table)

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(8)
        self.description = label("", "second", wrap=True)
        self.message = label("", "error", wrap=True)
        self.note = label("", "second", wrap=True)
        self.figures = FigureTable()
        self.left_out = LeftOut(self.words, self.units)
        beside = QHBoxLayout()
        beside.setSpacing(12)
        beside.addWidget(self.figures, 5)
        beside.addWidget(self._build_chart(), 4)
        layout.addLayout(self._build_head())
        layout.addWidget(self.description)
        layout.addLayout(self._build_question())
        layout.addWidget(self.period.message)
        layout.addWidget(self.message)
        layout.addLayout(beside, 1)
        layout.addWidget(self.note)
        layout.addWidget(self.left_out)
        layout.addLayout(self._build_foot())

    def _build_head(self) -> QHBoxLayout:
        self.title = label("", "title", wrap=True)
        scaled(self.title, 1.45)
        self.copy_button = button(self.words("tables_page.copy"), picture="file-spreadsheet", keys="Ctrl+C")
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.copy_button, 0, Qt.AlignmentFlag.AlignTop)
        return head

    def _build_question(self) -> QBoxLayout:
        today = self.vault.zone(self.table.zone).today
        self.period = Period(self.words, Reading(today, dict(self.vault.definitions.codes)))
        self.by = [QComboBox(), QComboBox()]
        breakdown = QHBoxLayout()
        breakdown.setSpacing(6)
        for name, box in zip(("by", "and_by"), self.by, strict=True):
            text = self.words(f"tables_page.{name}")
            box.setAccessibleName(text)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(12)
            breakdown.addWidget(label(text, "second"))
            breakdown.addWidget(box, 1)
        self._question_row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._question_row.setSpacing(8)
        self._question_row.addWidget(self.period)
        self._question_row.addLayout(breakdown, 1)
        return self._question_row

    def _build_chart(self) -> QFrame:
        self.chart = FigureChart()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self.chart)
        self.chart_title = label("", "title", wrap=True)
        self.chart_card = QFrame()
        kind(self.chart_card, "card")
        layout = QVBoxLayout(self.chart_card)
        layout.setContentsMargins(14, 10, 8, 10)
        layout.addWidget(self.chart_title)
        layout.addWidget(scroll, 1)
        return self.chart_card

    def _build_foot(self) -> QHBoxLayout:
        words = self.words
        self.why = QLineEdit()
        self.why.setPlaceholderText(words("tables_page.why_number"))
        self.why.setAccessibleName(words("tables_page.why_number"))
        self.why.setMaximumWidth(sized(400))
        self.why.addAction(icon("circle-help", "second"), QLineEdit.ActionPosition.LeadingPosition)
        self.told = label(words("tables_page.keys"), "second")
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.why, 1)
        foot.addStretch()
        foot.addWidget(self.told)
        return foot

    def _connect(self) -> None:
        self.period.changed.connect(self._ask_anew)
        self.by[0].activated.connect(self._first_chosen)
        self.by[1].activated.connect(self._ask_anew)
        self.figures.asked.connect(self.asked)
        self.left_out.asked.connect(self.asked)
        self.why.returnPressed.connect(lambda: self.why_asked.emit(self.why.text()))
        self.copy_button.clicked.connect(self.copy)

    # The question

    def show_table(self, table: TableDeclaration) -> None:
        """Show *table*, broken down as it declares, for the period that was asked for before."""
        self.table = table
        self.title.setText(self.words.of(table.label))
        self.title.setToolTip(self.words.of(table.description))
        self.description.setText(self.words.of(table.description))
        self.figures.setAccessibleName(self.words.of(table.label))
        self.chart.setAccessibleName(self.words("tables_page.chart", label=self.words.of(table.label)))
        first, second = (*table.default_by, "", "")[:2]
        self._offer(self.by[0], "tables_page.no_dimension", first)
        self._offer_second(second)
        self._ask_anew()

    def _offer(self, box: QComboBox, nothing: str, chosen: str, *, without: str = "") -> None:
        box.clear()
        box.addItem(self.words(nothing), "")
        for dimension in self.table.dimensions:
            if dimension.name != without:
                box.addItem(self.words.of(dimension.label), dimension.name)
        box.setCurrentIndex(max(0, box.findData(chosen)))

    def _offer_second(self, chosen: str) -> None:
        first = self.by[0].currentData()
        self._offer(self.by[1], "tables_page.no_second", chosen if first else "", without=first)
        self.by[1].setEnabled(bool(first))

    def _first_chosen(self) -> None:
        self._offer_second(self.by[1].currentData())
        self._ask_anew()

    def _ask_anew(self) -> None:
        self.asked_anew.emit()
        self.refresh()

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Give the dimensions that the figures are broken down by."""
        return tuple(name for box in self.by if (name := box.currentData()))

    @property
    def question(self) -> Question:
        """Give the table and the months that are asked for."""
        return Question(self.table, *self.period.months)

    # The figures

    def refresh(self) -> None:
        """Count anew, or say why it cannot be counted."""
        self.message.hide()
        QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            self._show(*self._count())
        except AppError as error:
            self.grid = Grid("", (), ())
            self.figures.show_grid(self.grid)
            self._show_bars([], over_time=False)
            self.tell(error)
        finally:
            QApplication.restoreOverrideCursor()
        self._fit()

    def _count(self) -> tuple[Figures, tuple[Figures, Figures] | None]:
        """Count the figures, and for a cross table those of its margins, which its cells need not add up to."""
        by, (first, last) = self.dimensions, self.period.months
        found = figures(self.vault, self.table, first, last, by)
        if len(by) < 2:
            return found, None
        margins = [figures(self.vault, self.table, first, last, (name,)) for name in by]
        return found, (margins[0], margins[1])

    def _show(self, found: Figures, margins: tuple[Figures, Figures] | None) -> None:
        self.found = found
        self.grid = lay_out(found, self.words, self.vault.zone(self.table.zone), margins)
        self.figures.show_grid(self.grid)
        self.left_out.show_reasons(found.doubtful, found.not_counted, summed=bool(self.table.measure.amounts))
        self.note.setText(self.words("tables_page.many"))
        self.note.setVisible(any(self.table.by_name[name].many for name in found.by))
        if len(found.by) == 1:
            heading = self.grid.headings[0]
            self.chart_title.setText(f"{self.words.of(self.table.by_name[found.by[0]].label)}, {heading.lower()}")
            self._show_bars(self._bars(found), over_time=found.by[0] in OVER_TIME)
        else:
            self._show_bars([], over_time=False)

    def _bars(self, found: Figures) -> list[Bar]:
        """Give a bar for each row; a month in which nothing was counted keeps its place."""
        language = self.words.language
        made = {
            f.key[0]: Bar(self.words.of(f.labels[0]), f.value, written(f.value, language), f.key[0] is None) for f in found.rows
        }
        if found.by[0] not in OVER_TIME:
            return list(made.values())
        zone, dimension = self.vault.zone(self.table.zone), self.table.by_name[found.by[0]]
        known = [str(value) for value in made if value is not None]
        return [
            made.get(value) or Bar(self.words.of(label_of(zone, dimension, value)), found.total * 0, "")
            for value in without_gaps(known)
        ]

    def _show_bars(self, bars: list[Bar], *, over_time: bool) -> None:
        self.chart.show_bars(bars, over_time=over_time, language=self.words.language)

    def tell(self, error: AppError) -> None:
        """Say why something could not be shown."""
        self.message.setText(f"{SIGNS['error']} {self.words.of(error.text)}")
        self.message.show()

    def copy(self) -> None:
        """Put the table on the clipboard, for a spreadsheet, and write down that it left the program."""
        self.vault.zone(self.table.zone).log("export", self.table.name)
        text = f"{self.title.text()}\t{self.period.in_words()}\n{self.grid.as_text()}"
        QGuiApplication.clipboard().setText(text)
        self.told.setText(f"{SIGNS['good']} {self.words('tables_page.copied', n=len(self.grid.lines))}")
        self.told.show()

    def to_why(self) -> None:
        """Let a record's number be typed."""
        self.why.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.why.selectAll()

    def _fit(self) -> None:
        """Show the chart beside one dimension, and the description, where there is room for them."""
        wide = self.width() >= NARROW
        self.chart_card.setVisible(wide and bool(self.chart.bars))
        self.told.setVisible(wide)
        self.description.setVisible(self.height() >= LOW)
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._question_row.setDirection(direction)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit into the new width."""
        super().resizeEvent(event)
        self._fit()
