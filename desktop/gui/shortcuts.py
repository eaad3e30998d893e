"""The keys of a page, which answer wherever on it the person is."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


def answer_keys(page: QWidget, keys: Sequence[Qt.Key | str], what: Callable[[], object]) -> None:
    """Let *page* answer each of *keys* by doing *what*.

    Ctrl with a letter is dead under a Cyrillic layout unless its own letter is named too.
    """
    action = QAction(page)
    action.setShortcuts([QKeySequence(key) for key in keys])
    action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    action.triggered.connect(lambda _=False: what())
    page.addAction(action)
