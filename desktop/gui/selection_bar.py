"""What can be done with the records that are marked in a list, as buttons below it and as a menu on the list."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QWidget

from desktop.gui.look import button, icon, kind, label
from desktop.gui.words import Words


@dataclass(frozen=True)
class Act:
    """One thing that can be done: its wording, its picture and keys, and whether it makes sense for what is marked."""

    text: str
    picture: str
    do: Callable[[], object]
    is_possible: Callable[[], bool] = lambda: True
    keys: str = ""


class SelectionBar(QFrame):
    """Shows itself while several records are marked."""

    def __init__(self, words: Words, acts: list[Act]) -> None:
        """Offer *acts*."""
        super().__init__()
        self.words, self._acts = words, acts
        kind(self, "notice")
        self.count = label("")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 6, 4)
        row.setSpacing(4)
        row.addWidget(self.count, 1)
        self.buttons = []
        for act in acts:
            one = button(act.text)
            kind(one, "link")
            one.setToolTip(f"{act.text} ({act.keys})" if act.keys else act.text)
            one.clicked.connect(lambda _=False, act=act: act.do())
            row.addWidget(one)
            self.buttons.append(one)
        self.hide()

    def tell(self, marked: int, *, least: int = 2) -> None:
        """Show what can be done with *marked* records, where they are *least* or more."""
        self.setVisible(marked >= least)
        if marked >= least:
            self.count.setText(self.words("list_page.marked", n=marked))
            for act, one in zip(self._acts, self.buttons, strict=True):
                one.setVisible(act.is_possible())

    def open_menu(self, parent: QWidget, at: QPoint) -> None:
        """Offer the same as a menu at a place on the screen."""
        menu = QMenu(parent)
        for act in (act for act in self._acts if act.is_possible()):
            action = menu.addAction(icon(act.picture), f"{act.text}\t{act.keys}" if act.keys else act.text)
            action.triggered.connect(lambda _=False, act=act: act.do())
        menu.exec(at)
        menu.deleteLater()
