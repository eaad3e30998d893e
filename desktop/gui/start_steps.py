"""The steps of the first start: each asks one thing, and says what is still wrong with the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QFormLayout, QRadioButton, QVBoxLayout, QWidget

from desktop.gui.choice_editor import ChoiceEditor
from desktop.gui.enter_line import EnterLine
from desktop.gui.language_row import LanguageRow
from desktop.gui.look import SIGNS, label, restyle, scaled, sized, small
from desktop.gui.password_editor import NewPassword
from desktop.gui.sheet_panel import SheetPanel
from desktop.gui.words import Words
from desktop.registers.codes import CodeList
from desktop.registers.declarations import Definitions
from desktop.registers.folding import fold
from desktop.registers.kinds import Reading
from desktop.registers.labels import Label
from desktop.registers.problems import NotReadable
from desktop.registers.register import Field
from desktop.store import clock
from desktop.store.keyring import HEADQUARTERS, LONGEST_NAME

PRISONS = "prisons"
# Cyrillic letters that look like the Latin ones which a station is told apart by.
_LATIN = str.maketrans("АВСЕНКМОРТХУ", "ABCEHKMOPTXY")
EDITOR_WIDTH = 380


class Step(QWidget):
    """One page of the first start."""

    entered = Signal()

    def __init__(self, name: str, title: str, explanation: str) -> None:
        """Say what is asked; *name* stands in the list of steps."""
        super().__init__()
        self.name = name
        self.content = QVBoxLayout(self)
        self.content.setContentsMargins(0, 0, 0, 0)
        self.content.setSpacing(10)
        self.content.addWidget(scaled(label(title, "title", wrap=True), 1.5))
        if explanation:
            self.content.addWidget(label(explanation, "second", wrap=True))

    @property
    def problem(self) -> str:
        """Say what keeps from going on; nothing where nothing does."""
        return ""

    @property
    def is_done(self) -> bool:
        """Tell whether nothing is left of this step once it was passed."""
        return True

    def arrive(self) -> None:
        """Put the keyboard where the typing begins."""
        self.setFocus()


class LanguageStep(Step):
    """In which language the window and the station's files speak."""

    def __init__(self, words: Words) -> None:
        """Mark the language spoken now."""
        super().__init__(words("first_start.language"), words("first_start.welcome"), words("first_start.welcome_text"))
        self.row = LanguageRow(words.language)
        self.content.addWidget(self.row)
        self.content.addStretch(1)
        self.setFocusProxy(self.row.buttons[words.language])


class _Choice(QRadioButton):
    """One of a few plain choices, with what follows from it below."""

    def __init__(self, text: str, into: QVBoxLayout, consequence: str = "") -> None:
        super().__init__(text)
        pair = QVBoxLayout()
        pair.setSpacing(2)
        pair.addWidget(self)
        into.addLayout(pair)
        if consequence:
            below = small(label(consequence, "second", wrap=True))
            below.setContentsMargins(24, 0, 0, 6)
            pair.addWidget(below)
            self.setAccessibleDescription(consequence)


@dataclass(frozen=True)
class _Asking:
    """What the editor of the prison needs before there is a station."""

    words: Words
    reading: Reading


class PlaceStep(Step):
    """Whose station this is: a prison of the list, or headquarters."""

    def __init__(self, definitions: Definitions, words: Words) -> None:
        """Begin with a prison, which most stations are."""
        super().__init__(words("first_start.place"), words("first_start.place_title"), words("first_start.place_text"))
        self.words = words
        self._prisons = definitions.codes[PRISONS]
        self._asking = _Asking(words, Reading(clock.now().date(), dict(definitions.codes)))
        self.in_prison = _Choice(words("first_start.prison"), self.content)
        self.in_prison.setChecked(True)
        self.prison = self._build_prison()
        self.several = QCheckBox(words("first_start.several"))
        self.letter = EnterLine(words("first_start.letter"))
        self.letter.setMaximumWidth(sized(60))
        self._form = QWidget()
        form = QFormLayout(self._form)
        form.setContentsMargins(24, 0, 0, 8)
        form.addRow(self.prison)
        form.addRow(self.several)
        self._letter_row = QWidget()
        row = QFormLayout(self._letter_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.addRow(words("first_start.letter"), self.letter)
        row.addRow(small(label(words("first_start.letter_text"), "second", wrap=True)))
        form.addRow(self._letter_row)
        self._letter_row.hide()
        self.content.addWidget(self._form)
        at_top = _Choice(words("first_start.headquarters"), self.content, words("first_start.headquarters_text"))
        group = QButtonGroup(self)
        group.addButton(self.in_prison)
        group.addButton(at_top)
        self.at_headquarters = at_top
        self.content.addStretch(1)
        self.in_prison.toggled.connect(self._form.setEnabled)
        self.several.toggled.connect(self._letter_row.setVisible)
        self.letter.returnPressed.connect(self.entered)

    def _build_prison(self) -> ChoiceEditor:
        asked = Label.same(self.words("first_start.place"))
        codes = CodeList(PRISONS, {code: row for code, row in self._prisons.codes.items() if code != HEADQUARTERS}, PRISONS)

        def suggest(text: str) -> list[str]:
            return [codes.show(code, self.words.language) for code in codes.suggest(text, most=len(codes.codes))]

        editor = ChoiceEditor(Field(PRISONS, "choice", asked, codes=PRISONS), self._asking, suggest)
        editor.setAccessibleName(self.words("first_start.place"))
        editor.setPlaceholderText(self.words("first_start.prison_hint"))
        editor.setFixedWidth(sized(EDITOR_WIDTH))
        return editor

    @property
    def is_headquarters(self) -> bool:
        """Tell whether hand-offs will be merged here."""
        return self.at_headquarters.isChecked()

    @property
    def code(self) -> str:
        """Give the code of the place, nothing where what was typed is none."""
        if self.is_headquarters:
            return HEADQUARTERS
        try:
            return str(self.prison.field.kind.read(self.prison.typed, self.prison.field, self._asking.reading) or "")
        except NotReadable:
            return ""

    @property
    def station_letter(self) -> str:
        """Give the letter of this computer, nothing where it is the only one."""
        if self.is_headquarters or not self.several.isChecked():
            return ""
        return self.letter.text().strip().upper().translate(_LATIN)

    @property
    def problem(self) -> str:
        """Say what is missing."""
        self.prison.settle()
        if not self.code:
            return self.words("first_start.prison_needed")
        if self.several.isChecked() and not self.is_headquarters and not _is_letter(self.station_letter):
            return self.words("first_start.letter_needed")
        return ""

    def arrive(self) -> None:
        """Go to the prison, or to the choice where it is headquarters."""
        (self.at_headquarters if self.is_headquarters else self.prison).setFocus()


def _is_letter(text: str) -> bool:
    return len(text) == 1 and text.isascii() and text.isalpha()


class SharingStep(Step):
    """Whether several people work here, each with their own part, or one does it all."""

    def __init__(self, words: Words) -> None:
        """Begin with several, which keeps the parts apart."""
        super().__init__(words("first_start.sharing"), words("first_start.sharing_title"), words("first_start.sharing_text"))
        self.each_own = _Choice(words("first_start.each_own"), self.content, words("first_start.each_own_text"))
        self.one_all = _Choice(words("first_start.one_all"), self.content, words("first_start.one_all_text"))
        group = QButtonGroup(self)
        for one in (self.each_own, self.one_all):
            group.addButton(one)
        self.each_own.setChecked(True)
        self.content.addStretch(1)

    @property
    def is_one(self) -> bool:
        """Tell whether one person does it all."""
        return self.one_all.isChecked()

    def arrive(self) -> None:
        """Go to what is chosen."""
        (self.one_all if self.is_one else self.each_own).setFocus()


class PersonStep(Step):
    """Somebody of the station: one who was named before, or a new name and a password typed by that person."""

    def __init__(self, words: Words, name: str, explanation: str) -> None:
        """Ask for a new person; `offer` gives those named before."""
        super().__init__(name, name, explanation)
        self.words = words
        self._earlier: tuple[str, ...] = ()
        self.chosen = ""
        self.choices: list[QRadioButton] = []
        self._who = QWidget()
        self.content.addWidget(self._who)
        self.typed = EnterLine(words("first_start.name"))
        self.typed.setPlaceholderText(words("first_start.name"))
        self.password = NewPassword(words)
        self._form = QWidget()
        self._form.setFixedWidth(EDITOR_WIDTH + 60)
        form = QVBoxLayout(self._form)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(4)
        form.addWidget(self.typed)
        form.addWidget(small(label(words("first_start.name_text"), "second", wrap=True)))
        form.addSpacing(6)
        form.addWidget(self.password)
        self.content.addWidget(self._form)
        self.content.addStretch(1)
        self.typed.textEdited.connect(lambda text: self.password.know([text]))
        self.typed.returnPressed.connect(self.password.setFocus)
        self.password.entered.connect(self.entered)

    def offer(self, earlier: Sequence[str]) -> None:
        """Let the person be one of those named *earlier*."""
        self._earlier = tuple(earlier)
        if self.chosen not in self._earlier:
            self.chosen = ""
        before, self._who = self._who, QWidget()
        self.content.replaceWidget(before, self._who)
        before.hide()
        before.deleteLater()
        layout = QVBoxLayout(self._who)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        self.choices = [self._build_choice(name, layout) for name in ("", *earlier)] if earlier else []
        for first, second in pairwise([*self.choices, self.typed, self.password.first, self.password.second]):
            self.setTabOrder(first, second)
        self._choose(self.chosen)

    def _build_choice(self, name: str, layout: QVBoxLayout) -> QRadioButton:
        text = self.words("first_start.same_person", name=name) if name else self.words("first_start.new_person")
        one = _Choice(text, layout)
        one.setChecked(name == self.chosen)
        one.toggled.connect(lambda on: self._choose(name) if on else None)
        return one

    def _choose(self, name: str) -> None:
        self.chosen = name
        self._form.setVisible(not name)

    @property
    def is_new(self) -> bool:
        """Tell whether a new name and password are asked for."""
        return not self.chosen

    @property
    def person(self) -> str:
        """Give the name of whoever it is."""
        return self.chosen or " ".join(self.typed.text().split())

    @property
    def problem(self) -> str:
        """Say what is wrong with the name or the password."""
        if not self.is_new:
            return ""
        if not 0 < len(self.person) <= LONGEST_NAME:
            return self.words("people.name_needed", most=LONGEST_NAME)
        if fold(self.person) in {fold(name) for name in self._earlier}:
            return self.words("first_start.name_twice", name=self.person)
        return self.password.problem

    def arrive(self) -> None:
        """Go to the name, or to whoever was chosen instead."""
        chosen = next((one for one in self.choices if one.isChecked()), self.typed)
        (self.typed if self.is_new else chosen).setFocus(Qt.FocusReason.TabFocusReason)


class SheetStep(Step):
    """The recovery sheet of one zone."""

    def __init__(self, panel: SheetPanel, words: Words) -> None:
        """Offer the sheet of *panel*."""
        zone = panel.sheet.label
        super().__init__(words("first_start.sheet", zone=zone), words("recovery_page.title", zone=zone), "")
        self.panel = panel
        self.content.addWidget(panel)
        self.content.addStretch(1)
        panel.entered.connect(self.entered)

    @property
    def is_done(self) -> bool:
        """Tell whether the sheet was typed back."""
        return self.panel.is_proven

    def arrive(self) -> None:
        """Go to the printing."""
        self.panel.setFocus()


class FinishStep(Step):
    """That the station is made, and what is left to do."""

    def __init__(self, words: Words) -> None:
        """Begin with nothing left."""
        super().__init__(words("first_start.finish"), words("first_start.finish_title"), words("first_start.finish_text"))
        self.words = words
        self.left = label("", wrap=True)
        self.content.addWidget(self.left)
        self.content.addStretch(1)

    def tell(self, unproven: Sequence[Label]) -> None:
        """Name the zones whose sheets were not typed back."""
        named = ", ".join(self.words("people_page.quoted", zone=zone) for zone in unproven)
        text = self.words("first_start.sheets_left", zones=named) if named else self.words("first_start.sheets_done")
        self.left.setText(f"{SIGNS['warning' if named else 'good']} {text}")
        restyle(self.left, "kind", "warning" if named else "good")
