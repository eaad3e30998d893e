"""The page of settings: language, size of text, colours, what Enter does, and when the program locks itself."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.gui.look import kind, label, restyle, scaled, small
from desktop.gui.watch import IDLE_MINUTES
from desktop.gui.words import NAMES, Words
from desktop.store.settings import ENTERS, POINTS, SCHEMES, Settings


class Pills(QWidget):
    """Answers side by side, one of which holds."""

    chosen = Signal(object)

    def __init__(self, name: str, answers: Sequence[tuple[Any, str, str]], holds: Any) -> None:
        """Offer *answers* (what is chosen, its wording, its accessible name) to what is called *name*; one *holds* now."""
        super().__init__()
        self.setAccessibleName(name)
        group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.buttons: dict[Any, QPushButton] = {}
        for value, text, said in answers:
            one = self.buttons[value] = QPushButton(f"✔ {text}" if value == holds else text)
            kind(one, "pill")
            one.setCheckable(True)
            one.setAutoDefault(False)
            one.setAccessibleName(said)
            one.setChecked(value == holds)
            restyle(one, "active", "true" if value == holds else "false")
            one.clicked.connect(lambda _=False, chosen=value: self.chosen.emit(chosen))
            group.addButton(one)
            row.addWidget(one)
        row.addStretch(1)


class SettingsPage(QWidget):
    """Shows what holds for a person, and tells what is chosen instead."""

    changed = Signal(str, object)

    def __init__(self, words: Words, settings: Settings) -> None:
        """Show *settings*."""
        super().__init__()
        self.words = words
        self.settings = replace(settings, language=words.language)
        self.pills: dict[str, Pills] = {}
        page = QVBoxLayout(self)
        page.setContentsMargins(14, 10, 14, 10)
        page.setSpacing(8)
        page.addWidget(scaled(label(words("settings.title"), "title"), 1.45))
        page.addWidget(label(words("settings.for_whom"), "second", wrap=True))
        page.addWidget(self._build_area(), 1)

    def _build_area(self) -> QScrollArea:
        card = QFrame()
        kind(card, "card")
        self._grid = QGridLayout(card)
        self._grid.setContentsMargins(18, 14, 18, 14)
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        for name, answers, hint in self._questions():
            self._add(name, answers, hint)
        self._add_row("idle", label(self.words("settings.idle_said", n=IDLE_MINUTES), wrap=True), "")
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        return scroll

    def _questions(self) -> list[tuple[str, list[tuple[Any, str, str]], str]]:
        words = self.words
        schemes = {scheme: words(f"settings.scheme_{scheme}") for scheme in SCHEMES}
        enters = {enter: words(f"settings.enter_{enter}") for enter in ENTERS}
        return [
            ("language", [(code, name, name) for code, name in NAMES.items()], ""),
            ("points", [(n, str(n), words("settings.points_name", n=n)) for n in POINTS], words("settings.points_hint")),
            ("scheme", [(code, said, said) for code, said in schemes.items()], words("settings.scheme_hint")),
            ("enter", [(code, said, said) for code, said in enters.items()], words("settings.enter_hint")),
        ]

    def _add(self, name: str, answers: list[tuple[Any, str, str]], hint: str) -> None:
        pills = self.pills[name] = Pills(self.words(f"settings.{name}"), answers, getattr(self.settings, name))
        pills.chosen.connect(lambda value: self._choose(name, value))
        self._add_row(name, pills, hint)

    def _add_row(self, name: str, widget: QWidget, hint: str) -> None:
        row = self._grid.rowCount()
        self._grid.addWidget(label(self.words(f"settings.{name}")), row, 0, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(widget, row, 1)
        if hint:
            self._grid.addWidget(small(label(hint, "hint", wrap=True)), row + 1, 1)
        self._grid.setRowMinimumHeight(row + 2, 8)

    def _choose(self, name: str, value: Any) -> None:
        if value != getattr(self.settings, name):
            self.settings = replace(self.settings, **{name: value})
            self.changed.emit(name, self.settings)

    def arrive(self) -> None:
        """Take up the page where it was left."""
        focused = QApplication.focusWidget()
        if focused is None or not self.isAncestorOf(focused):
            self.go_to("language")

    def go_to(self, name: str) -> None:
        """Put the keyboard on what holds of the setting *name*."""
        self.pills[name].buttons[getattr(self.settings, name)].setFocus()
