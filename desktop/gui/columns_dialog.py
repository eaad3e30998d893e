"""The question which columns a list shows, and in which order."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from desktop.gui.look import button, label, scaled
from desktop.gui.shortcuts import answer_keys
from desktop.gui.words import Words
from desktop.registers.register import Field, Lines, Register

WIDTH, HEIGHT = 460, 540
_NAME = Qt.ItemDataRole.UserRole


def ask_columns(
    parent: QWidget, words: Words, register: Register, possible: Sequence[Field | Lines], shown: Sequence[str]
) -> list[str] | None:
    """Ask which of the *possible* columns are shown instead of those now *shown*; None leaves them."""
    dialog = ColumnsDialog(parent, words, register, possible, shown)
    done = dialog.exec()
    names = dialog.names
    dialog.deleteLater()
    return names if done else None


class ColumnsDialog(QDialog):
    """A list to check and to put in order; `names` is the answer."""

    def __init__(
        self, parent: QWidget, words: Words, register: Register, possible: Sequence[Field | Lines], shown: Sequence[str]
    ) -> None:
        """Begin with the columns that are *shown*, in their order, above the others."""
        super().__init__(parent)
        self.words, self.register = words, register
        self._possible = {one.name: one for one in possible}
        self.setWindowTitle(words("window.program"))
        self.resize(WIDTH, HEIGHT)
        self._build()
        self._list(shown)
        self.columns.setFocus()

    def _build(self) -> None:
        words = self.words
        self.columns = QListWidget()
        self.columns.setAccessibleName(words("list_page.columns"))
        self.columns.setDragDropMode(QListWidget.DragDropMode.InternalMove)
        self.columns.itemChanged.connect(self._show_whether_to_save)
        self.up = button(words("list_page.up"), keys="Alt+↑")
        self.down = button(words("list_page.down"), keys="Alt+↓")
        self.reset = button(words("list_page.reset_columns"))
        self.up.clicked.connect(lambda: self.move_marked(-1))
        self.down.clicked.connect(lambda: self.move_marked(1))
        self.reset.clicked.connect(lambda: self._list(self.register.list))
        answer_keys(self, ["Alt+Up"], lambda: self.move_marked(-1))
        answer_keys(self, ["Alt+Down"], lambda: self.move_marked(1))
        self.save_button = button(words("list_page.show_columns"), primary=True)
        self.save_button.setDefault(True)
        self.save_button.clicked.connect(self.accept)
        self.leave_button = button(words("form.stay"), keys="Esc")
        self.leave_button.clicked.connect(self.reject)
        order, foot = QHBoxLayout(), QHBoxLayout()
        order.addWidget(self.up)
        order.addWidget(self.down)
        order.addStretch(1)
        order.addWidget(self.reset)
        foot.addStretch(1)
        foot.addWidget(self.save_button)
        foot.addWidget(self.leave_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(scaled(label(words("list_page.columns"), "title"), 1.25))
        layout.addWidget(label(words("list_page.columns_text"), "second", wrap=True))
        layout.addWidget(self.columns, 1)
        layout.addLayout(order)
        layout.addLayout(foot)

    def _list(self, shown: Sequence[str]) -> None:
        self.columns.blockSignals(True)
        self.columns.clear()
        for name in dict.fromkeys([*shown, *self._possible]):
            item = QListWidgetItem(self.words.of(self._possible[name].label), self.columns)
            item.setData(_NAME, name)
            item.setCheckState(Qt.CheckState.Checked if name in shown else Qt.CheckState.Unchecked)
        self.columns.blockSignals(False)
        self.columns.setCurrentRow(0)
        self._show_whether_to_save()

    @property
    def names(self) -> list[str]:
        """Give the checked columns from left to right."""
        items = [self.columns.item(place) for place in range(self.columns.count())]
        return [str(item.data(_NAME)) for item in items if item.checkState() == Qt.CheckState.Checked]

    def move_marked(self, by: int) -> None:
        """Move the marked column up or down."""
        place = self.columns.currentRow()
        if 0 <= place + by < self.columns.count():
            self.columns.insertItem(place + by, self.columns.takeItem(place))
            self.columns.setCurrentRow(place + by)

    def _show_whether_to_save(self) -> None:
        self.save_button.setEnabled(bool(self.names))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the answer by Enter also from the list."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.names:
                self.accept()
            return
        super().keyPressEvent(event)
