"""What is asked of people about people: names, roles, passwords. Each question is one function, so that a test can answer it.

A question that is asked again says what was wrong and keeps what was typed, but for passwords.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QVBoxLayout, QWidget

from desktop.gui.code_editor import CodeEditor
from desktop.gui.enter_line import EnterLine
from desktop.gui.look import SIGNS, label, sized, small
from desktop.gui.password_editor import NewPassword, PasswordEditor
from desktop.gui.prompts import Prompt
from desktop.gui.words import Words
from desktop.registers.problems import AppError
from desktop.store.keyring import LONGEST_NAME, Newcomer
from desktop.store.recovery import read_code
from desktop.store.roles import Role

WIDE = 620


@dataclass(frozen=True)
class Coming:
    """Somebody to be added, and the *zones* that the person is let into at once."""

    newcomer: Newcomer
    zones: tuple[str, ...]


@dataclass(frozen=True)
class Recovery:
    """Who wants to get in by which sheet, and the password chosen for afterwards."""

    zone: str
    name: str
    code: str = field(repr=False)
    password: str = field(repr=False)


class RoleChoice(QWidget):
    """Roles to tick, each with what it is for."""

    changed = Signal()

    def __init__(self, words: Words, roles: Sequence[Role], chosen: Sequence[str]) -> None:
        """Tick the *chosen* ones."""
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        self.boxes: dict[str, QCheckBox] = {}
        for role in roles:
            box = QCheckBox(words.of(role.label))
            box.setChecked(role.name in chosen)
            box.setAccessibleDescription(words.of(role.purpose))
            box.toggled.connect(self.changed)
            purpose = small(label(words.of(role.purpose), "second", wrap=True))
            purpose.setContentsMargins(24, 0, 0, 3)
            layout.addWidget(box)
            layout.addWidget(purpose)
            self.boxes[role.name] = box

    @property
    def chosen(self) -> tuple[str, ...]:
        """Give the names of the ticked roles."""
        return tuple(name for name, box in self.boxes.items() if box.isChecked())


def _ask(prompt: Prompt, said: str, answers: Sequence[str], problem: Callable[[], str]) -> bool:
    """Ask until there is no *problem*, which is said in the window; tell whether it was answered."""
    message = label("", "error", wrap=True)
    _say(message, said)
    prompt.show_below(message)
    prompt.answer_by(answers)

    def may_answer() -> bool:
        found = "" if prompt.chosen else problem()
        _say(message, found)
        return not found

    prompt.may_answer = may_answer
    return bool(prompt.exec()) and prompt.chosen == 0


def _say(message: QLabel, text: str) -> None:
    message.setText(f"{SIGNS['error']} {text}" if text else "")
    message.setVisible(bool(text))


def ask_newcomer(
    parent: QWidget, words: Words, roles: Sequence[Role], zones: Mapping[str, str], before: Coming | None = None, said: str = ""
) -> Coming | None:
    """Ask who is to be added; *zones* are those that the asking person may let somebody into, with their labels."""
    prompt = Prompt(parent, words("people_page.add_title"), words("people_page.add_text"))
    prompt.setMinimumWidth(sized(WIDE))
    name = EnterLine(words("first_start.name"))
    choice = RoleChoice(words, roles, before.newcomer.roles if before else [])
    doors = _Doors(words, zones, {role.name: role.zones for role in roles})
    password = NewPassword(words)
    name.setText(before.newcomer.name if before else "")
    name.textEdited.connect(lambda text: password.know([text]))
    name.returnPressed.connect(password.setFocus)
    choice.changed.connect(lambda: doors.offer(choice.chosen))
    password.entered.connect(lambda: prompt.answer(0))
    prompt.ask_for([(words("first_start.name"), name)])
    prompt.show_below(label(words("people_page.roles"), "section"))
    prompt.show_below(choice)
    prompt.show_below(doors)
    prompt.show_below(label(words("people_page.own_password"), "section", wrap=True))
    prompt.show_below(password)

    def problem() -> str:
        if not 0 < len(_plain(name.text())) <= LONGEST_NAME:
            return words("people.name_needed", most=LONGEST_NAME)
        return password.problem if choice.chosen else words("people.role_needed")

    doors.offer(choice.chosen)
    name.setFocus()
    done = _ask(prompt, said, [words("people_page.add_yes"), words("people_page.leave")], problem)
    found = Coming(Newcomer(_plain(name.text()), choice.chosen, password.typed), doors.chosen) if done else None
    password.forget()
    prompt.deleteLater()
    return found


def _plain(name: str) -> str:
    return " ".join(name.split())


class _Doors(QWidget):
    """Zones that somebody new is let into at once, as far as the chosen roles open them."""

    def __init__(self, words: Words, zones: Mapping[str, str], opened: Mapping[str, Sequence[str]]) -> None:
        super().__init__()
        self._opened = opened
        self.boxes = {zone: QCheckBox(words("people_page.let_in_at_once", zone=text)) for zone, text in zones.items()}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for box in self.boxes.values():
            box.setChecked(True)
            layout.addWidget(box)

    def offer(self, roles: Sequence[str]) -> None:
        """Show the zones that *roles* open."""
        for zone, box in self.boxes.items():
            box.setVisible(any(zone in self._opened[role] for role in roles))

    @property
    def chosen(self) -> tuple[str, ...]:
        """Give the ticked zones among those shown."""
        return tuple(zone for zone, box in self.boxes.items() if not box.isHidden() and box.isChecked())


def ask_roles(
    parent: QWidget, words: Words, name: str, roles: Sequence[Role], chosen: Sequence[str], said: str = ""
) -> tuple[str, ...] | None:
    """Ask which roles a person has from now on."""
    prompt = Prompt(parent, words("people_page.roles_title", name=name), words("people_page.roles_text"))
    prompt.setMinimumWidth(sized(WIDE))
    choice = RoleChoice(words, roles, chosen)
    prompt.show_below(choice)
    done = _ask(
        prompt, said, [words("people_page.roles_yes"), words("people_page.leave")],
        lambda: "" if choice.chosen else words("people.role_needed"),
    )  # fmt: skip
    prompt.deleteLater()
    return choice.chosen if done else None


def ask_password(parent: QWidget, words: Words, title: str, text: str, yes: str, said: str = "") -> str | None:
    """Ask a person for the password that is theirs already."""
    prompt = Prompt(parent, title, text)
    password = PasswordEditor(words, words("password.own"))
    password.returnPressed.connect(lambda: prompt.answer(0))
    prompt.ask_for([(words("password.own"), password)])
    password.setFocus()
    done = _ask(
        prompt, said, [yes, words("people_page.leave")], lambda: "" if password.text() else words("people_page.type_password")
    )
    found = password.text() if done else None
    password.forget()
    prompt.deleteLater()
    return found


def ask_new_password(parent: QWidget, words: Words, title: str, text: str, name: str, said: str = "") -> str | None:
    """Ask the person *name* to choose a password, who types it twice."""
    prompt = Prompt(parent, title, text)
    password = NewPassword(words)
    password.know([name])
    password.entered.connect(lambda: prompt.answer(0))
    prompt.show_below(password)
    password.setFocus()
    done = _ask(prompt, said, [words("people_page.set_password"), words("people_page.leave")], lambda: password.problem)
    found = password.typed if done else None
    password.forget()
    prompt.deleteLater()
    return found


def ask_change_of_password(parent: QWidget, words: Words, name: str, said: str = "") -> tuple[str, str] | None:
    """Ask for one's own present password and the new one."""
    prompt = Prompt(parent, words("people_page.change_title"), words("people_page.change_text"))
    old, new = PasswordEditor(words, words("password.old")), NewPassword(words)
    new.know([name])
    old.setPlaceholderText(words("password.old"))
    old.returnPressed.connect(new.setFocus)
    new.entered.connect(lambda: prompt.answer(0))
    prompt.show_below(old)
    prompt.show_below(new)
    old.setFocus()

    def problem() -> str:
        return new.problem if old.text() else words("people_page.type_password")

    done = _ask(prompt, said, [words("people_page.set_password"), words("people_page.leave")], problem)
    found = (old.text(), new.typed) if done else None
    old.forget()
    new.forget()
    prompt.deleteLater()
    return found


def ask_sure(parent: QWidget, words: Words, title: str, text: str, yes: str, no: str = "") -> bool:
    """Ask whether to go on with something that has consequences."""
    prompt = Prompt(parent, title, text)
    prompt.answer_by([yes, no or words("people_page.leave")], primary=0 if no else 1)
    done = bool(prompt.exec()) and prompt.chosen == 0
    prompt.deleteLater()
    return done


def ask_code(parent: QWidget, words: Words, zone: str, before: str = "", said: str = "") -> str | None:
    """Ask for the code of a sheet that was made earlier."""
    prompt = Prompt(parent, words("recovery_page.title", zone=zone), words("recovery_page.type_code"))
    prompt.setMinimumWidth(sized(WIDE))
    code = CodeEditor(words)
    code.put(before)
    code.entered.connect(lambda: prompt.answer(0))
    prompt.show_below(code)
    code.setFocus()
    done = _ask(prompt, said, [words("recovery_page.check"), words("people_page.leave")], lambda: _problem_of(code, words))
    found = code.typed if done else None
    code.forget()
    prompt.deleteLater()
    return found


def _problem_of(code: CodeEditor, words: Words) -> str:
    """Say which groups of a code cannot be right."""
    if not code.is_begun:
        return words("recovery_page.type_code")
    try:
        read_code(code.typed)
    except AppError as error:
        code.mark_mistyped()
        return words.of(error.text)
    return ""


def ask_recovery(
    parent: QWidget,
    words: Words,
    zones: Mapping[str, str],
    names: Sequence[str],
    before: Recovery | None = None,
    said: str = "",
) -> Recovery | None:
    """Ask who lost the password, for the sheet of which zone, and for a new password; *zones* come with their labels."""
    prompt = Prompt(parent, words("lost.title"), words("lost.text"))
    prompt.setMinimumWidth(sized(WIDE))
    name, zone, code, password = QComboBox(), QComboBox(), CodeEditor(words), NewPassword(words)
    name.addItems(list(names))
    for each, text in zones.items():
        zone.addItem(text, each)
    if before:
        name.setCurrentText(before.name)
        zone.setCurrentIndex(zone.findData(before.zone))
        code.put(before.code)
    code.entered.connect(password.setFocus)
    password.entered.connect(lambda: prompt.answer(0))
    name.currentTextChanged.connect(lambda text: password.know([text]))
    password.know([name.currentText()])
    prompt.ask_for([(words("lost.person"), name), (words("lost.zone"), zone)])
    prompt.show_below(label(words("recovery_page.type_back"), "section"))
    prompt.show_below(code)
    prompt.show_below(password)
    name.setFocus()
    done = _ask(
        prompt, said, [words("lost.yes"), words("first_start.back")], lambda: _problem_of(code, words) or password.problem
    )
    found = Recovery(zone.currentData(), name.currentText(), code.typed, password.typed) if done else None
    code.forget()
    password.forget()
    prompt.deleteLater()
    return found
