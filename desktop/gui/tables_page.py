"""National tables: the tables on the left, the figures of one, and on the right the records behind a number."""

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QListWidget, QListWidgetItem, QSplitter, QWidget

from desktop.analysis.declarations import TableDeclaration
from desktop.analysis.tables import load_tables
from desktop.gui.figure_grid import Target
from desktop.gui.figure_pane import FigurePane
from desktop.gui.look import SIGNS, kind, label, sized
from desktop.gui.records_behind import BehindPanel
from desktop.gui.shortcuts import answer_keys
from desktop.gui.words import Words
from desktop.registers.problems import AppError, DeclarationError
from desktop.store.vault import Vault

LIST_WIDTH = 216
PANEL_WIDTH = 456
NAME = Qt.ItemDataRole.UserRole


class TablesPage(QWidget):
    """The tables that a person may count."""

    record_asked = Signal(str, str)

    def __init__(self, vault: Vault, words: Words) -> None:
        """Show the first table, or say why there is none."""
        super().__init__()
        self.vault, self.words = vault, words
        self.tables, slip = self._countable()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        if self.tables:
            layout.addWidget(self._build_list())
            layout.addWidget(self._build_split(), 1)
            self._connect()
            self.choose(next(iter(self.tables)))
        else:
            layout.addWidget(self._build_sorry(slip))

    def _countable(self) -> tuple[dict[str, TableDeclaration], str]:
        """List the tables that this person may count, zone by zone, or give the slip that keeps all of them from it."""
        try:
            tables = load_tables(self.vault.definitions)
        except DeclarationError as slip:
            return {}, str(slip)
        zones = [zone for zone in self.vault.zones if self.vault.may("tables", zone)]
        return {t.name: t for zone in zones for t in tables.values() if t.zone == zone}, ""

    def _build_sorry(self, slip: str) -> QWidget:
        text = self.words("tables_page.declaration", slip=slip) if slip else self.words("tables_page.none")
        self.sorry = label(f"{SIGNS['error']} {text}" if slip else text, "error" if slip else "second", wrap=True)
        self.sorry.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sorry.setContentsMargins(80, 40, 80, 40)
        return self.sorry

    def _build_list(self) -> QListWidget:
        self.list = QListWidget()
        kind(self.list, "tables")
        self.list.setAccessibleName(self.words("tables_page.tables"))
        self.list.setFixedWidth(sized(LIST_WIDTH))
        self.list.setWordWrap(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        zones = self.vault.definitions.codes["zones"].codes
        self.items: dict[str, QListWidgetItem] = {}
        zone = ""
        for name, table in self.tables.items():
            if table.zone != zone:
                zone = table.zone
                heading = QListWidgetItem(self.words.of(zones[zone].label))
                heading.setFlags(Qt.ItemFlag.NoItemFlags)
                self.list.addItem(heading)
            self.items[name] = item = QListWidgetItem(self.words.of(table.label))
            item.setData(NAME, name)
            item.setSizeHint(self._room_for(item.text()))
            self.list.addItem(item)
        return self.list

    def _room_for(self, text: str) -> QSize:
        """Reckon the room of a wrapped item: Qt forgets the padding of the style sheet and cuts the last word off."""
        width = LIST_WIDTH - 46
        words = self.list.fontMetrics().boundingRect(QRect(0, 0, width, 1000), Qt.TextFlag.TextWordWrap, text)
        return QSize(width, words.height() + 9)

    def _build_split(self) -> QSplitter:
        self.pane = FigurePane(self.vault, self.words, next(iter(self.tables.values())))
        self.behind = BehindPanel(self.vault, self.words)
        self.behind.setMinimumWidth(sized(300))
        self.behind.hide()
        self.split = QSplitter()
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(1)
        self.split.addWidget(self.pane)
        self.split.addWidget(self.behind)
        self.split.setStretchFactor(0, 1)
        self.split.setStretchFactor(1, 0)
        return self.split

    def _connect(self) -> None:
        self.list.currentItemChanged.connect(self._chosen)
        self.list.itemActivated.connect(lambda _: self.pane.figures.setFocus())
        self.pane.asked.connect(self.show_behind)
        self.pane.asked_anew.connect(self.close_behind)
        self.pane.why_asked.connect(self.show_why)
        self.behind.closed.connect(self.close_behind)
        self.behind.record_asked.connect(self.record_asked)
        answer_keys(self, [Qt.Key.Key_Escape], self.close_behind, "back")
        answer_keys(self, [Qt.Key.Key_F6], self._other_side, "other_side")
        answer_keys(self, ["Ctrl+F", "Ctrl+А"], self.pane.to_why, "why")
        answer_keys(self, ["Ctrl+C", "Ctrl+С"], self.pane.copy, "copy")

    def choose(self, name: str) -> None:
        """Show the table *name*."""
        self.list.setCurrentItem(self.items[name])

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item:
            self.pane.show_table(self.tables[item.data(NAME)])

    # The records behind a number

    def show_behind(self, target: Target) -> None:
        """Show the records behind a number."""
        try:
            self.behind.show_behind(self.pane.question, target)
        except AppError as error:
            self.pane.tell(error)
            return
        self._open_panel()
        self.behind.table.setFocus()

    def show_why(self, typed: str) -> None:
        """Show what the table makes of the record whose number was *typed*."""
        if typed.strip():
            self.behind.show_record(self.pane.question, typed)
            self._open_panel()

    def _open_panel(self) -> None:
        if self.behind.isHidden():
            room = self.split.width() - PANEL_WIDTH
            self.behind.show()
            self.pane.setVisible(room >= self.pane.minimumWidth())
            self.split.setSizes([max(room, 1), PANEL_WIDTH])

    def close_behind(self) -> None:
        """Close the records behind a number, and show again the figures that they hid where there was no room for both."""
        inside = self.behind.isAncestorOf(QApplication.focusWidget() or self)
        self.behind.hide()
        self.pane.show()
        if inside:
            self.pane.figures.setFocus()

    def _other_side(self) -> None:
        sides = [self.list, self.pane.figures, self.behind.table, self.behind.explanation.open_button]
        shown = [side for side in sides if side.isVisible()]
        at = next((place for place, side in enumerate(shown) if side.hasFocus()), -1)
        shown[(at + 1) % len(shown)].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def arrive(self) -> None:
        """Take up the page again: other pages may have changed records."""
        if not self.tables:
            return
        self.pane.refresh()
        if not self.behind.isHidden():
            self.behind.again()
        if not self.isAncestorOf(QApplication.focusWidget() or self):
            self.list.setFocus()
