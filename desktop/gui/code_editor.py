"""Typing the code of a recovery sheet, group by group as it is printed; a mistyped group is marked as soon as it is full."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QGridLayout, QLabel, QWidget

from desktop.gui.enter_line import EnterLine
from desktop.gui.look import SIGNS, label, restyle, sized, small
from desktop.gui.words import Words
from desktop.store.recovery import GROUP, GROUPS, mistyped

COLUMNS = 5
GROUP_WIDTH = 72
# No letter of any code: keeps the place of a group that is not typed yet.
_MISSING = "U"


class GroupEditor(EnterLine):
    """One group of the code."""

    filled = Signal()
    passed = Signal(int)
    pasted = Signal(str)

    def __init__(self, name: str) -> None:
        """Begin empty; *name* tells which group it is."""
        super().__init__(name)
        self.setMaxLength(GROUP)
        self.setFixedWidth(sized(GROUP_WIDTH))
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.textEdited.connect(self._take)

    def _take(self, text: str) -> None:
        place = self.cursorPosition()
        self.setText(_letters(text))
        self.setCursorPosition(place)
        if self.cursorPosition() == GROUP:
            self.filled.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on at a space or hyphen, back where there is nothing left to take away, and share out what is pasted."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.pasted.emit(QApplication.clipboard().text())
        elif event.text() in (" ", "-") and self.text():
            self.passed.emit(1)
        elif event.key() == Qt.Key.Key_Backspace and not self.text():
            self.passed.emit(-1)
        else:
            super().keyPressEvent(event)


def _letters(text: str) -> str:
    return "".join(letter for letter in text.upper() if letter.isalnum())


class CodeEditor(QWidget):
    """The groups of a code in the rows in which the sheet shows them."""

    entered = Signal()
    edited = Signal()

    def __init__(self, words: Words) -> None:
        """Begin empty."""
        super().__init__()
        self.groups = [GroupEditor(words("recovery_page.group", n=place, groups=GROUPS)) for place in range(1, GROUPS + 1)]
        self._numbers = [small(label(str(place), "second")) for place in range(1, GROUPS + 1)]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(3)
        grid.setVerticalSpacing(6)
        for place, (number, group) in enumerate(zip(self._numbers, self.groups, strict=True)):
            row, column = divmod(place, COLUMNS)
            number.setFixedWidth(sized(24))
            number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(number, row, 2 * column)
            grid.addWidget(group, row, 2 * column + 1)
            self._connect(place, group)
        grid.setColumnStretch(2 * COLUMNS, 1)
        self.setFocusProxy(self.groups[0])

    def _connect(self, place: int, group: GroupEditor) -> None:
        group.filled.connect(lambda: self._go(place + 1))
        group.passed.connect(lambda step: self._go(place + step) if step > 0 else self._go_back(place - 1))
        group.pasted.connect(lambda text: self._paste(place, text))
        group.returnPressed.connect(self._entered if place == GROUPS - 1 else lambda: self._go(place + 1))
        group.textEdited.connect(lambda _: self._edited())

    def _entered(self) -> None:
        self._mark_full()
        self.entered.emit()

    def _edited(self) -> None:
        self._mark_full()
        self.edited.emit()

    def _go(self, place: int) -> None:
        if 0 <= place < GROUPS:
            self.groups[place].setFocus(Qt.FocusReason.TabFocusReason)

    def _go_back(self, place: int) -> None:
        if place >= 0:
            self.groups[place].setFocus(Qt.FocusReason.OtherFocusReason)
            self.groups[place].end(False)

    def _paste(self, place: int, text: str) -> None:
        """Share pasted letters out from the group at *place* on."""
        letters = _letters(text)
        for start, group in zip(range(0, len(letters), GROUP), self.groups[place:], strict=False):
            group.setText(letters[start : start + GROUP])
        self._go(min(place + len(letters) // GROUP, GROUPS - 1))
        self._edited()

    def _mark_full(self) -> None:
        """Mark the groups that are full and cannot be right; what is half typed is no mistake yet."""
        self.mark([place for place in mistyped(self._placed()) if len(self._text(place)) == GROUP])

    def _text(self, place: int) -> str:
        return self.groups[place].text() if place < GROUPS else ""

    def _placed(self) -> str:
        return "-".join(group.text() or _MISSING for group in self.groups)

    @property
    def typed(self) -> str:
        """Give the code as it stands."""
        return self._placed() if self.is_begun else ""

    @property
    def is_begun(self) -> bool:
        """Tell whether anything was typed."""
        return any(group.text() for group in self.groups)

    def put(self, code: str) -> None:
        """Show a code that was typed before."""
        for group, text in zip(self.groups, code.split("-"), strict=False):
            group.setText("" if text == _MISSING else text)
        self._mark_full()

    def mark(self, wrong: Sequence[int]) -> None:
        """Mark the groups at the places *wrong*, counted from 0, and no other."""
        for place, (number, group) in enumerate(zip(self._numbers, self.groups, strict=True)):
            self._mark(number, group, place, is_wrong=place in wrong)

    @staticmethod
    def _mark(number: QLabel, group: GroupEditor, place: int, *, is_wrong: bool) -> None:
        number.setText(f"{SIGNS['error']} {place + 1}" if is_wrong else str(place + 1))
        restyle(number, "state", "error" if is_wrong else "")
        restyle(group, "state", "error" if is_wrong else "")

    def mark_mistyped(self) -> None:
        """Mark every group that cannot be right, also those that are not typed yet, and go to the first."""
        wrong = mistyped(self._placed())
        self.mark(wrong)
        if wrong:
            self._go(wrong[0])

    def forget(self) -> None:
        """Empty every group."""
        for group in self.groups:
            group.setText("")
        self.mark([])
