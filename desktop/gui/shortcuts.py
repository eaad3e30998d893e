"""The keys of a page, which answer wherever on it the person is."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


def answer_keys(page: QWidget, keys: Mapping[QKeySequence | Qt.Key, Callable[[], object]]) -> None:
    """Let *page* answer each of *keys* by what stands beside it."""
    for key, what in keys.items():
        action = QAction(page)
        action.setShortcut(key)
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(what)
        page.addAction(action)
