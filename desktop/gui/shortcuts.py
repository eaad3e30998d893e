"""The keys of a page, which answer wherever on it the person is."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

# The property of an action that names its words on the sheet of keys.
SAYS = "says"


def answer_keys(page: QWidget, keys: Sequence[Qt.Key | str], what: Callable[[], object], says: str = "") -> None:
    """Let *page* answer each of *keys* by doing *what*, which the sheet of keys words by `keys.<says>`.

    Ctrl with a letter is dead under a Cyrillic layout unless its own letter is named too.
    """
    action = QAction(page)
    action.setShortcuts([QKeySequence(key) for key in keys])
    action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    action.triggered.connect(lambda _=False: what())
    action.setProperty(SAYS, says)
    page.addAction(action)
