"""A strip above the page that says what a person must know, until it is closed."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.gui.announcing import announce
from desktop.gui.look import SIGNS, button, kind, label
from desktop.gui.words import Words

Action = tuple[str, Callable[[], None]]


class Notices(QWidget):
    """The strips above a page, one below the other."""

    def __init__(self, words: Words) -> None:
        """Begin with nothing to say."""
        super().__init__()
        self.words = words
        self.shown: dict[str, QFrame] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(14, 8, 14, 0)
        self._layout.setSpacing(4)
        self.hide()

    def say(self, key: str, text: str, severity: str = "warning", actions: Sequence[Action] = ()) -> None:
        """Show *text*, in place of what was said under the same *key*; each of *actions* is a button that closes it."""
        self.close_notice(key)
        frame = QFrame()
        kind(frame, {"warning": "warnings", "error": "problems"}.get(severity, "notice"))
        row = QHBoxLayout(frame)
        row.setContentsMargins(10, 4, 4, 4)
        row.addWidget(label(f"{SIGNS.get(severity, '')} {text}".strip(), severity, wrap=True), 1)
        for name, action in actions:
            row.addWidget(self._button(name, key, action))
        closing = self._button("", key, None)
        row.addWidget(closing)
        self.shown[key] = frame
        self._layout.addWidget(frame)
        self.show()
        announce(frame, text, is_urgent=severity == "error")

    def _button(self, text: str, key: str, action: Callable[[], None] | None) -> QWidget:
        made = button(text, picture="" if text else "x")
        kind(made, "link")
        made.setAccessibleName(text or self.words("form.close"))
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus if text else Qt.FocusPolicy.NoFocus)

        def act() -> None:
            self.close_notice(key)
            if action:
                action()

        made.clicked.connect(act)
        return made

    def close_notice(self, key: str) -> None:
        """Take away what was said under *key*."""
        if frame := self.shown.pop(key, None):
            self._layout.removeWidget(frame)
            frame.hide()
            frame.deleteLater()
        self.setVisible(bool(self.shown))
