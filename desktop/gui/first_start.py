"""The first start: a station is made in a few steps, one a page, by the people who will work with it."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.gui import background, prompts
from desktop.gui.look import SIGNS, button, kind, label, restyle, scaled, sized
from desktop.gui.recovery_sheet import sheet_of
from desktop.gui.sheet_panel import SheetPanel
from desktop.gui.start_steps import FinishStep, LanguageStep, PersonStep, PlaceStep, SharingStep, SheetStep, Step
from desktop.gui.words import Words
from desktop.registers.declarations import Definitions
from desktop.registers.problems import AppError
from desktop.store.keyring import FILE, Newcomer
from desktop.store.roles import Role, at_station, roles_of
from desktop.store.vault import make_station

CARD_WIDTH, CARD_HEIGHT = 900, 600
LIST_WIDTH = 216


class FirstStart(QWidget):
    """Makes the station in a folder that has none."""

    made = Signal()
    language_chosen = Signal(str)
    restore_asked = Signal()

    def __init__(self, folder: Path, definitions: Definitions, words: Words, profile: str = "standard") -> None:
        """Begin with the language; *profile* is how dear it is to guess a password."""
        super().__init__()
        self.folder, self.definitions, self.words, self.profile = folder, definitions, words, profile
        self._zones = definitions.codes["zones"].codes
        kind(self, "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.language = LanguageStep(words)
        self.place = PlaceStep(definitions, words)
        self.sharing = SharingStep(words)
        self.administrator = PersonStep(words, *self._of_administrator())
        self.duties: dict[str, PersonStep] = {}
        self.sheets: list[SheetStep] = []
        self.finish = FinishStep(words)
        self._build()
        self.language.row.chosen.connect(self._speak)
        self.step: Step = self.language
        for step in (self.language, self.place, self.sharing, self.administrator, self.finish):
            self._add(step)
        self.show_step(self.language)

    def _of_administrator(self) -> tuple[str, str]:
        role = self._role_of_users(headquarters=False)
        return self.words.of(role.label), self.words("first_start.administrator_text")

    # What stands on the page

    def _build(self) -> None:
        words = self.words
        card = QFrame()
        kind(card, "card")
        card.setMaximumSize(CARD_WIDTH, CARD_HEIGHT)
        self._names = QVBoxLayout()
        self._names.setSpacing(6)
        side = QVBoxLayout()
        side.addWidget(scaled(label(words("window.program"), "title"), 1.8))
        side.addWidget(label(words("first_start.title"), "second", wrap=True))
        side.addSpacing(14)
        side.addLayout(self._names)
        side.addStretch(1)
        self.restore = button(words("restore_wizard.offer"), picture="history")
        kind(self.restore, "link")
        self.restore.clicked.connect(self.restore_asked)
        side.addWidget(self.restore)
        self.stack = QStackedWidget()
        self._places: dict[Step, QScrollArea] = {}
        self.message = label("", "error", wrap=True)
        self.back = button(words("first_start.back"), keys="Esc")
        self.later = button(words("first_start.later"))
        self.onward = button(words("first_start.next"), primary=True, keys="Enter")
        self.back.clicked.connect(self.go_back)
        self.later.clicked.connect(self.go_past)
        self.onward.clicked.connect(self.go_on)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.back)
        foot.addStretch(1)
        foot.addWidget(self.later)
        foot.addWidget(self.onward)
        main = QVBoxLayout()
        main.setSpacing(8)
        main.addWidget(self.stack, 1)
        main.addWidget(self.message)
        main.addLayout(foot)
        inner = QHBoxLayout(card)
        inner.setContentsMargins(28, 24, 28, 20)
        inner.setSpacing(28)
        holder = QWidget()
        holder.setFixedWidth(sized(LIST_WIDTH))
        holder.setLayout(side)
        side.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(holder)
        inner.addLayout(main, 1)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(24, 20, 24, 20)
        outer.addStretch(1)
        outer.addWidget(card, 20)
        outer.addStretch(1)

    def _add(self, step: Step) -> None:
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(step)
        self._places[step] = scroll
        self.stack.addWidget(scroll)
        step.entered.connect(self.go_on)

    @property
    def path(self) -> list[Step]:
        """List the steps in their order, as far as they are known."""
        if self.sheets:
            return [*self.sheets, self.finish]
        duties = [] if self.sharing.is_one else list(self.duties.values())
        return [self.language, self.place, self.sharing, self.administrator, *duties]

    def show_step(self, step: Step) -> None:
        """Show one step, with where it stands among the others."""
        self.step = step
        self.message.setText("")
        self.stack.setCurrentWidget(self._places[step])
        self._show_names()
        self.back.setVisible(not self.sheets and step is not self.language)
        self.restore.setVisible(not self.sheets)
        self.later.setVisible(isinstance(step, SheetStep))
        text = self.words(f"first_start.{self._onward_of(step)}")
        self.onward.setText(f"{text}  Enter")
        self.onward.setAccessibleName(text)
        step.arrive()

    def _onward_of(self, step: Step) -> str:
        if step is self.finish:
            return "enter"
        if isinstance(step, SheetStep):
            return "check"
        return "make" if self.duties and step is self.path[-1] else "next"

    def _show_names(self) -> None:
        while (item := self._names.takeAt(0)) and (before := item.widget()):
            before.hide()
            before.deleteLater()
        here = self.path.index(self.step)
        for place, step in enumerate(self.path):
            style = "title" if place == here else "second" if place > here else "good" if step.is_done else "warning"
            self._names.addWidget(_step_name(step.name, style))
        if not self.sheets:
            for name in (self.words("first_start.sheets"), self.finish.name):
                self._names.addWidget(_step_name(name, "second"))

    # Going through it

    def _speak(self, language: str) -> None:
        if language != self.words.language:
            self.language_chosen.emit(language)

    def go_on(self) -> None:
        """Go to the next step, where this one has what it needs."""
        if self.step is self.finish:
            self.made.emit()
        elif isinstance(self.step, SheetStep):
            if self.step.panel.prove():
                self.go_past()
        elif problem := self.step.problem:
            self._object(problem)
        else:
            self._go_on()

    def _go_on(self) -> None:
        if self.step is self.place:
            self._ask_for_duties()
        if self.step is self.path[-1]:
            self._make()
        else:
            self._arrive_at(self.path[self.path.index(self.step) + 1])

    def go_back(self) -> None:
        """Go to the step before; what was typed stays."""
        place = self.path.index(self.step)
        if place and not self.back.isHidden():
            self._arrive_at(self.path[place - 1])

    def go_past(self) -> None:
        """Leave a recovery sheet, whether it was typed back or not."""
        self.finish.tell([step.panel.sheet.label for step in self.sheets if not step.panel.is_proven])
        self.show_step(self.path[self.path.index(self.step) + 1])

    def _arrive_at(self, step: Step) -> None:
        if isinstance(step, PersonStep):
            before = self.path[: self.path.index(step)]
            step.offer([one.person for one in before if isinstance(one, PersonStep) and one.is_new])
            for first, second in pairwise([step.password.second, self.back, self.onward]):
                self.setTabOrder(first, second)
        self.show_step(step)

    def _object(self, problem: str) -> None:
        restyle(self.message, "kind", "error")
        self.message.setText(f"{SIGNS['error']} {problem}")

    def showEvent(self, event: QShowEvent) -> None:
        """Put the keyboard where the typing begins."""
        super().showEvent(event)
        self.step.arrive()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on with Enter, from a button do what it says; go back with Esc."""
        focused = QApplication.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if isinstance(focused, QPushButton) and not focused.isCheckable():
                focused.click()
            else:
                self.go_on()
        elif event.key() == Qt.Key.Key_Escape:
            self.go_back()
        else:
            super().keyPressEvent(event)

    # Who does what

    def _role_of_users(self, *, headquarters: bool) -> Role:
        return next(role for role in self._roles(headquarters=headquarters) if "users" in role.actions)

    def _roles(self, *, headquarters: bool) -> list[Role]:
        return at_station(roles_of(self.definitions), headquarters=headquarters)

    def _ask_for_duties(self) -> None:
        """Make a step for each role that is the first to open some of the zones here."""
        wanted = duties(self._roles(headquarters=self.place.is_headquarters), self.definitions.zones)
        if set(wanted) == set(self.duties):
            return
        for step in self.duties.values():
            step.password.forget()
        self.duties = {}
        for role in self._roles(headquarters=self.place.is_headquarters):
            if role.name in wanted:
                zones = ", ".join(self.words("people_page.quoted", zone=self._zones[zone].label) for zone in wanted[role.name])
                text = f"{self.words.of(role.purpose)} {self.words('first_start.holder_text', zones=zones)}"
                self.duties[role.name] = PersonStep(self.words, self.words.of(role.label), text)
                self._add(self.duties[role.name])

    def _holder(self, role: str) -> str:
        return self.administrator.person if self.sharing.is_one else self.duties[role].person

    def _people(self) -> list[Newcomer]:
        """List who was named, each with every role that was given to the name."""
        roles: dict[str, list[str]] = {}
        administering = self._role_of_users(headquarters=self.place.is_headquarters).name
        roles[self.administrator.person] = [administering]
        for role in self.duties:
            roles.setdefault(self._holder(role), []).append(role)
        steps = {step.person: step for step in self.path if isinstance(step, PersonStep) and step.is_new}
        return [Newcomer(name, tuple(roles[name]), step.password.typed) for name, step in steps.items() if name in roles]

    def _holders(self) -> Mapping[str, str]:
        wanted = duties(self._roles(headquarters=self.place.is_headquarters), self.definitions.zones)
        return {zone: self._holder(role) for role, zones in wanted.items() for zone in zones}

    # Making it

    def _make(self) -> None:
        for step in self.path:
            if problem := step.problem:
                self._arrive_at(step)
                self._object(problem)
                return
        restyle(self.message, "kind", "second")
        self.message.setText(self.words("first_start.making"))
        people, holders = self._people(), self._holders()
        place, letter, language = self.place.code, self.place.station_letter, self.words.language

        def work() -> dict[str, str]:
            return make_station(
                self.folder, self.definitions, prison=place, people=people, holders=holders, letter=letter, language=language,
                profile=self.profile,
            )  # fmt: skip

        background.run(self, work, self._made, self._failed)

    def _made(self, codes: Mapping[str, str]) -> None:
        self._forget()
        for zone, code in codes.items():
            sheet = sheet_of(self.folder, self.definitions, zone, code)
            self.sheets.append(SheetStep(SheetPanel(self.folder, sheet, self.words), self.words))
            self._add(self.sheets[-1])
        self.show_step(self.path[0])

    def _failed(self, error: AppError) -> None:
        self._object(self.words.of(error.text))
        if (self.folder / FILE).exists():
            # The keys are made, and what failed after them is made good when the station is opened.
            self._forget()
            prompts.tell(self, self.words, error)
            self.made.emit()

    def _forget(self) -> None:
        for step in (self.administrator, *self.duties.values()):
            step.password.forget()


def duties(roles: Sequence[Role], zones: Sequence[str]) -> dict[str, list[str]]:
    """Give each role the zones that it opens first here: those who write come before those who only read."""
    found: dict[str, list[str]] = {}
    for zone in zones:
        opening = [role for role in roles if zone in role.zones]
        opening.sort(key=lambda role: "write" not in role.actions)
        if opening:
            found.setdefault(opening[0].name, []).append(zone)
    return found


def _step_name(text: str, style: str) -> QWidget:
    """Write the name of a step, with a sign for whether it is here, ahead, done or left undone."""
    shown = QWidget()
    row = QHBoxLayout(shown)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(6)
    mark = label({"title": "▸", "second": "·"}.get(style) or SIGNS[style], style)
    mark.setFixedWidth(sized(14))
    row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(label(text, style, wrap=True), 1)
    return shown
