"""Practice in the window: the way into an invented station, the frame that says so, its lessons, and the way back."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.gui import background, prompts
from desktop.gui.lesson import LEARNT, LessonStrip
from desktop.gui.look import button, kind, label
from desktop.gui.register_page import RegisterPage
from desktop.store.keyring import PRACTICE_PASSWORD
from desktop.store.preferences import preference
from desktop.store.vault import Vault, open_vault

if TYPE_CHECKING:
    from desktop.gui.main_window import MainWindow

FRAME = 4  # pixels


class Practice(QObject):
    """Leads one window into practice and out of it; meanwhile the real station is closed."""

    def __init__(self, window: "MainWindow") -> None:
        """Begin at the real station."""
        super().__init__(window)
        self.window = window
        self.real: Path | None = None
        self.lesson: LessonStrip | None = None
        self._below: QVBoxLayout | None = None

    @property
    def is_on(self) -> bool:
        """Tell whether the window shows the invented station."""
        return self.real is not None

    # In and out

    def enter(self) -> None:
        """Open the invented station that belongs to this one, after making it where there is none."""
        from desktop.demo import practice

        window = self.window
        folder = practice.folder_of(window.folder)
        self._open(partial(practice.begin, folder, window.definitions, window.words.language), folder)

    def begin_anew(self) -> None:
        """Ask, throw away what was typed in practice, and open a new invented station."""
        from desktop.demo import practice

        window, words = self.window, self.window.words
        prompt = prompts.Prompt(window, words("practice.anew_title"), words("practice.anew_text"))
        prompt.answer_by([words("practice.anew"), words("form.stay")], primary=1)
        if prompt.exec() and prompt.chosen == 0:
            folder = window.folder
            work = partial(practice.begin_anew, folder, window.definitions, words.language)
            window.leave_station(lambda: self._open(work, folder))

    def _open(self, make: Callable[[], None], folder: Path) -> None:
        window = self.window

        def work() -> Vault:
            make()
            return open_vault(folder, window.definitions, PRACTICE_PASSWORD)

        window.unlock_page.message.setText(window.words("practice.making"))
        background.run(window, work, partial(self._entered, folder), partial(prompts.tell, window, window.words))

    def _entered(self, folder: Path, vault: Vault) -> None:
        self.real = self.real or self.window.folder
        self.window.folder = folder
        self.window.open(vault)

    def leave(self) -> None:
        """Close the invented station, and show the first screen of the real one."""
        if self.real:
            self.window.folder, self.real = self.real, None
            self.window.leave_station(self.window.show_unlock)

    # The frame

    def surround(self, content: QWidget) -> QWidget:
        """Put the frame of practice around the *content* of the window, where it is on."""
        words = self.window.words
        self.lesson = self._below = None
        self.window.setWindowTitle(words("window.program") + (f" · {words('practice.mark')}" if self.is_on else ""))
        if not self.is_on:
            return content
        frame = QFrame()
        kind(frame, "practice")
        self._below = layout = QVBoxLayout(frame)
        layout.setContentsMargins(FRAME, 0, FRAME, FRAME)
        layout.setSpacing(0)
        layout.addWidget(self._build_banner())
        layout.addWidget(content, 1)
        return frame

    def _build_banner(self) -> QWidget:
        words = self.window.words
        banner = QFrame()
        kind(banner, "banner")
        row = QHBoxLayout(banner)
        row.setContentsMargins(14, 4, 8, 4)
        row.addWidget(label(words("practice.mark"), "title"))
        row.addWidget(label(words("practice.told", password=PRACTICE_PASSWORD)))
        row.addStretch(1)
        self.buttons = {}
        for name, picture, act in (
            ("lesson", "graduation-cap", self.begin_lesson), ("anew", "refresh-cw", self.begin_anew), ("leave", "log-out", self.leave),
        ):  # fmt: skip
            made = self.buttons[name] = button(words(f"practice.{name}"), picture=picture)
            made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            made.clicked.connect(act)
            row.addWidget(made)
        self.buttons["lesson"].setToolTip(words("practice.lesson_tip"))
        for name in ("lesson", "anew"):
            self.buttons[name].setVisible(self.window.vault is not None)
        return banner

    # Lessons

    def begin_lesson(self) -> None:
        """Begin the lesson of the register that is open."""
        window, words = self.window, self.window.words
        page = window.pages.get(window.page)
        if not isinstance(page, RegisterPage):
            window.notices.say("lesson", words("practice.no_lesson"))
            return
        if page.form.may_leave():
            self.end_lesson()
            window.notices.close_notice("lesson")
            from desktop.demo import practice

            self.lesson = LessonStrip(page, words, practice.example(window.folder, page.register.name))
            self.lesson.left.connect(self.end_lesson)
            if self._below:
                self._below.addWidget(self.lesson)

    def end_lesson(self) -> None:
        """Take the lesson away."""
        if self.lesson and isValid(self.lesson):
            self.lesson.hide()
            self.lesson.deleteLater()
        self.lesson = None

    def learnt(self, vault: Vault) -> set[str]:
        """Name the registers whose lesson was finished here."""
        return {name for zone in vault.zones for name in preference(vault.zone(zone), LEARNT, [])}
