"""The merge at headquarters: choose files, look at what they would change, then merge them; what was merged so far."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from desktop.exchange.merge import Choice, Merged, merge, plan_files, settle
from desktop.exchange.planning import FilePlan
from desktop.exchange.reading import Parsed, parse_all
from desktop.exchange.rejected import write_rejected
from desktop.exchange.sealed import PATTERNS, open_source, workbooks
from desktop.gui import background, prompts
from desktop.gui.choice_bar import ChoiceBar
from desktop.gui.file_plans import ODD, file_columns, file_row, is_to_enrol, remarks, worst
from desktop.gui.look import SIGNS, button, icon, kind, label, restyle, scaled, sized
from desktop.gui.plain_table import PlainTable
from desktop.gui.plan_view import PlanView
from desktop.gui.received_list import ReceivedList
from desktop.gui.sender_enrolment import enrol_sender
from desktop.gui.shortcuts import answer_keys
from desktop.gui.unlock_bar import UnlockBar
from desktop.gui.words import Words
from desktop.registers.problems import AppError
from desktop.store.backups import back_up_if_changed
from desktop.store.vault import Vault

T = TypeVar("T")

# Files by the name they are shown by, as they were read, and what merging them would do.
Read = tuple[Mapping[str, Path], list[Parsed], list[FilePlan]]

WORKBOOKS = "Excel (*.xlsx)"
ARRIVING = f"Excel ({' '.join(PATTERNS)})"


# Plans, choices of files, choices of rows, where the files are, and what was read of them.
LookedAt = tuple[list[FilePlan], dict[str, Choice], dict[tuple[str, str], Choice], Mapping[str, Path], list[Parsed]]


class MergePage(QWidget):
    """Merges the hand-offs of prisons; nothing is written before the person has seen what would be."""

    stepped = Signal(int)

    def __init__(self, vault: Vault, words: Words) -> None:
        """Show what was merged so far."""
        super().__init__()
        self.vault, self.words = vault, words
        self.plans: list[FilePlan] = []
        self.merged: list[Merged] = []
        self.choices: dict[str, Choice] = {}
        self._paths: Mapping[str, Path] = {}
        self._parsed: list[Parsed] = []
        self._then = ""
        self.setAcceptDrops(vault.may("merge"))
        self._build()
        self._connect()
        self.refresh()

    # What stands on the page

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(8)
        layout.addLayout(self._build_top())
        self.body = QStackedWidget()
        self.body.addWidget(self._build_start())
        self.body.addWidget(self._build_preview())
        layout.addWidget(self.body, 1)

    def _build_top(self) -> QHBoxLayout:
        words = self.words
        title = label(words("merge_page.title"), "title")
        scaled(title, 1.45)
        self.progress = QProgressBar()
        self.progress.setAccessibleName(words("merge_page.progress"))
        self.progress.setFixedWidth(sized(300))
        self.progress.hide()
        self.folder_button = button(words("merge_page.choose_folder"), picture="folder-open")
        self.files_button = button(words("merge_page.choose_files"), picture="inbox", primary=True, keys="Ctrl+O")
        for one in (self.folder_button, self.files_button):
            one.setEnabled(self.vault.may("merge"))
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(title, 1)
        for widget in (self.progress, self.folder_button, self.files_button):
            top.addWidget(widget)
        return top

    def _build_start(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._build_target())
        self.so_far = ReceivedList(self.vault, self.words)
        self.received, self.undo_button = self.so_far.received, self.so_far.undo_button
        layout.addWidget(self.so_far, 1)
        return page

    def _build_target(self) -> QFrame:
        """Build the card that files are dropped on."""
        card = QFrame()
        kind(card, "drop")
        picture = QLabel()
        picture.setPixmap(icon("inbox", "accent", 32).pixmap(QSize(32, 32)))
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hint = label(
            self.words("merge_page.drop" if self.vault.may("merge") else "merge_page.nobody"), "second", wrap=True
        )
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(card)
        layout.setContentsMargins(20, 20, 20, 20)
        layout.setSpacing(8)
        layout.addWidget(picture)
        layout.addWidget(self.hint)
        return card

    def _build_preview(self) -> QWidget:
        page = QWidget()
        self._share = layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self.summary = label("", wrap=True)
        self.list = PlainTable(self.words("merge_page.files"), file_columns(self.words))
        self.list.setMinimumHeight(110)
        layout.addWidget(self.summary)
        layout.addWidget(self.list, 3)
        self.below = self._build_details()
        layout.addWidget(self.below)
        layout.addLayout(self._build_foot())
        return page

    def _build_details(self) -> QWidget:
        side = QWidget()
        self.name = label("", "title")
        self.check = label("", "second")
        self.check.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.remarks = label("", wrap=True)
        self.place = label("", wrap=True)
        self.held = ChoiceBar(self.words)
        self.unlock = UnlockBar(self.words)
        self.enrol = button(self.words("lock.enrol"), picture="badge-check")
        self.details = PlanView(self.vault, self.words)
        self.problems, self.problem = self.details.problems, self.details.problem
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.name)
        head.addWidget(self.check, 1)
        head.addWidget(self.details.filter)
        layout = QVBoxLayout(side)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        for one in (self.place, self.remarks, self.unlock, self.held):
            layout.addWidget(one)
        layout.addWidget(self.enrol, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.details, 1)
        return side

    def _build_foot(self) -> QHBoxLayout:
        words = self.words
        self.merge_button = button("", picture="check")
        self.save_button = button(words("merge_page.save_rejected"), picture="file-spreadsheet")
        self.close_button = button(words("merge_page.close"), keys="Esc")
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.merge_button)
        foot.addWidget(self.save_button)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        return foot

    def _connect(self) -> None:
        self.stepped.connect(self._step)
        self.files_button.clicked.connect(self.choose_files)
        self.folder_button.clicked.connect(self.choose_folder)
        self.list.marked.connect(self._show_details)
        self.details.settled.connect(self._show_button)
        self.held.chosen.connect(self._choose_held)
        self.unlock.entered.connect(self.unlock_files)
        self.enrol.clicked.connect(self.enrol_sender)
        self.merge_button.clicked.connect(self.merge_files)
        self.save_button.clicked.connect(self.save_rejected)
        self.close_button.clicked.connect(self.leave_preview)
        answer_keys(self, ["Ctrl+O", "Ctrl+Щ"], self.choose_files, "choose_files")
        answer_keys(self, [Qt.Key.Key_F2], self.merge_files, "merge")
        answer_keys(self, [Qt.Key.Key_Escape], self.leave_preview, "back")

    # What was merged so far

    def refresh(self) -> None:
        """Read anew what was merged so far."""
        self.so_far.refresh()

    def arrive(self) -> None:
        """Take up the page again."""
        self.refresh()
        (self.list if self.body.currentIndex() else self.files_button).setFocus()

    # Choosing files

    def choose_files(self) -> None:
        """Ask for files and look at them."""
        if self.files_button.isEnabled():
            self.preview([Path(name) for name in prompts.choose_files(self, self.words("merge_page.choose_files"), ARRIVING)])

    def choose_folder(self) -> None:
        """Ask for a folder and look at the workbooks in it."""
        if folder := prompts.choose_folder(self, self.words("merge_page.choose_folder")):
            self.preview([Path(folder)])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Look at what was dropped."""
        event.acceptProposedAction()
        self.preview([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    # Looking at them

    def preview(self, paths: Sequence[Path]) -> None:
        """Read *paths* and show what merging them would do."""
        found = workbooks(paths)
        if found:
            self._begin("merge_page.reading", "merge_page.comparing", len(found))
            background.run(self, partial(self._read, found, ""), self._show_preview, self._failed)
        elif paths:
            prompts.tell(self, self.words, AppError("merge_page.no_workbooks", folder=paths[0].name))

    def _read(self, paths: Sequence[Path], password: str) -> Read:
        sources = (replace(open_source(self.vault, path, password), name=name) for name, path in _named(paths).items())
        parsed = list(self._counted(parse_all(sources)))
        return _named(paths), parsed, plan_files(self.vault, parsed)

    def unlock_files(self, password: str) -> None:
        """Try *password* on the files that are still locked; the others stay as they were read and chosen."""
        locked = {one.name: self._paths[one.name] for one in self._parsed if one.is_locked}
        self._begin("merge_page.reading", "merge_page.comparing", len(locked))
        background.run(self, partial(self._unlock, locked, password), self._show_again, self._failed)

    def _unlock(self, locked: Mapping[str, Path], password: str) -> Read:
        sources = (replace(open_source(self.vault, path, password), name=name) for name, path in locked.items())
        opened = {one.name: one for one in self._counted(parse_all(sources))}
        parsed = [opened.get(one.name, one) for one in self._parsed]
        return self._paths, parsed, plan_files(self.vault, parsed)

    def enrol_sender(self) -> None:
        """Enrol the station that signed the marked file, and look at all files anew."""
        name = self.plans[self.list.place].name
        parsed = next(one for one in self._parsed if one.name == name)
        if enrol_sender(self, self.vault, self.words, parsed):
            again, paths = list(self._parsed), self._paths
            background.run(self, lambda: (paths, again, plan_files(self.vault, again)), self._show_again, self._failed)

    def _counted(self, items: Iterable[T]) -> Iterator[T]:
        """Tell of each item that is done with."""
        for number, item in enumerate(items, 1):
            yield item
            self.stepped.emit(number)

    def _begin(self, name: str, then: str, count: int) -> None:
        """Show how far the work is that is called *name*, and *then* once the last file is through."""
        self._then = self.words(then)
        self.progress.setRange(0, count)
        self.progress.setValue(0)
        self.progress.setFormat(self.words(name))
        self.progress.show()

    @Slot(int)
    def _step(self, number: int) -> None:
        self.progress.setValue(number)
        if number == self.progress.maximum():
            self.progress.setFormat(self._then)

    def _failed(self, error: AppError) -> None:
        self.progress.hide()
        prompts.tell(self, self.words, error)

    def _show_again(self, read: Read) -> None:
        """Show the same files as they stand now, what was chosen still chosen."""
        marked = self.plans[self.list.place].name
        self._keep(read)
        self._show_files()
        self.list.selectRow(next((n for n, plan in enumerate(self.plans) if plan.name == marked), 0))
        still = self.plans[self.list.place].is_locked
        (self.unlock.password if still else self.list).setFocus()

    def _keep(self, read: Read) -> None:
        """Keep the plans, and what was read only while a password or a key may change what they say."""
        self._paths, parsed, self.plans = read
        waits = any(plan.is_locked or is_to_enrol(plan) for plan in self.plans)
        self._parsed = parsed if waits else []

    def _show_preview(self, read: Read) -> None:
        self._keep(read)
        self.show_plans(self.plans)

    def show_plans(self, plans: list[FilePlan]) -> None:
        """Show what merging files that were looked at would do, with nothing chosen yet."""
        self.plans, self.merged = plans, []
        self.choices.clear()
        self.details.choices.clear()
        self._show_files()
        self.body.setCurrentIndex(1)
        self.list.selectRow(0)
        self.list.setFocus()

    def _show_files(self) -> None:
        """Show the files as they stand: looked at, or merged."""
        self.progress.hide()
        has_rows = any(plan.rows for plan in self.plans)
        self._share.setStretchFactor(self.below, 6 if has_rows else 0)
        self.list.show_rows(
            [file_row(settle(plan, self.details.decided), self.vault.definitions, self.words) for plan in self.plans],
            max(self.list.place, 0),
        )
        self.summary.setText(self._said())
        restyle(self.summary, "kind", "good" if self.merged else "")
        self._show_button()
        self.save_button.setEnabled(any(plan.rejected or plan.refused for plan in self.plans))

    def _show_button(self) -> None:
        """Tell how many files a press of the button would merge, as things were chosen."""
        left = [plan for plan in self._waiting if self._would_merge(plan)]
        text = self.words("merge_page.merge", n=len(left)) if left else self.words("merge_page.nothing_left")
        self.merge_button.setText(f"{text}  F2" if left else text)
        self.merge_button.setAccessibleName(text)
        self.merge_button.setEnabled(bool(left))
        self.merge_button.setHidden(bool(self.merged) and not left)
        for one, is_next in ((self.merge_button, bool(left)), (self.files_button, not left)):
            restyle(one, "kind", "primary" if is_next else "")
        self.merge_button.setIcon(icon("check", "card" if left else "second"))
        self.files_button.setIcon(icon("inbox", "ink" if left else "card"))

    def _would_merge(self, plan: FilePlan) -> bool:
        if plan.refused or plan.known:
            return False
        choice = self.choices.get(plan.check_number)
        return not plan.is_held or (choice is not None and choice.take != "leave")

    def _choose_held(self, choice: Choice) -> None:
        self.choices[self.plans[self.list.place].check_number] = choice
        self._show_button()

    @property
    def _waiting(self) -> list[FilePlan]:
        """List the files that were looked at and are not merged yet."""
        return self.plans[len(self.merged) :]

    def _said(self) -> str:
        """Say what merging came to, or that nothing was written yet."""
        words = self.words
        if not self.merged:
            return words("merge_page.previewed", n=len(self.plans))
        taken = [one for one in self.merged if not one.refused and not one.held]
        said = words(
            "merge_page.merged", n=len(taken), accepted=sum(one.accepted for one in taken),
            rejected=sum(one.rejected for one in taken), blank=sum(one.blank for one in taken),
        )  # fmt: skip
        refused, held = (sum(map(bool, ones)) for ones in zip(*((one.refused, one.held) for one in self.merged), strict=True))
        more = [words("merge_page.refused", n=refused)] if refused else []
        more += [words("merge_choice.left_held", n=held)] if held else []
        return " ".join([SIGNS["good"], said, *more])

    def _show_details(self, place: int) -> None:
        plan = self.plans[place]
        self.name.setText(plan.name)
        self.check.setText(f"{self.words('sheet.check')} {plan.check_number}" if plan.check_number else "")
        said = remarks(plan, self.vault.definitions, self.words)
        has_problems = any(row.problems or row.warnings for row in plan.rows)
        said = said or ([] if has_problems else [self.words("merge_page.nothing_wrong")])
        self.place.setText(self.words.of(plan.place.said) if plan.place else "")
        restyle(self.place, "kind", "warning" if plan.place and plan.place.state in ODD else "second")
        self.place.setVisible(plan.place is not None)
        self.remarks.setText("\n".join(said))
        restyle(self.remarks, "kind", worst(plan))
        self.remarks.setVisible(bool(said))
        self.held.setVisible(plan.is_held)
        self.enrol.setVisible(is_to_enrol(plan) and any(one.name == plan.name for one in self._parsed))
        self.unlock.ask(sum(one.is_locked for one in self.plans) if plan.is_locked and not self.merged else 0)
        if plan.is_held and plan.signature:
            words, takes = self.words, ("leave", *(("signed",) if plan.as_signed else ()), "edited")
            answers = [(take, words(f"merge_choice.take_{take}")) for take in takes]
            text = f"{words.of(plan.signature.said)} {words(f'merge_choice.held_{plan.signature.state}')}"
            self.held.ask(text.strip(), answers, self.choices.get(plan.check_number))
        self.details.show_plan(plan)

    def leave_preview(self) -> None:
        """Forget the files that were looked at."""
        if self.body.currentIndex():
            self.plans, self.merged, self._parsed = [], [], []
            restyle(self.files_button, "kind", "primary")
            self.files_button.setIcon(icon("inbox", "card"))
            self.refresh()
            self.body.setCurrentIndex(0)
            self.files_button.setFocus()

    def hand_on(self) -> LookedAt | None:
        """Give what was looked at and is not merged yet, for this page as it is made anew in another language."""
        if self.merged or not self.plans:
            return None
        return self.plans, dict(self.choices), dict(self.details.choices), self._paths, self._parsed

    def take_up(self, left: LookedAt) -> None:
        """Show what another page handed on, what was chosen still chosen."""
        plans, choices, decided, paths, parsed = left
        self.show_plans(plans)
        self._paths, self._parsed = paths, parsed
        self.choices.update(choices)
        self.details.choices.update(decided)
        self._show_files()

    # Merging them

    def merge_files(self) -> None:
        """Write what was looked at."""
        if self.body.currentIndex() and self.merge_button.isEnabled():
            self._begin("merge_page.merging", "merge_page.merging", len(self._waiting))
            background.run(self, partial(self._merge, self._waiting), self._show_merged, self._failed)

    def _merge(self, plans: Sequence[FilePlan]) -> tuple[list[Merged], AppError | None]:
        """Make a backup of what is here, then merge one file after the other, until one fails: those before it are in."""
        done: list[Merged] = []
        try:
            back_up_if_changed(self.vault, "import")
            for plan in self._counted(plans):
                done += merge(self.vault, [plan], self.choices, self.details.decided)
        except AppError as error:
            return done, error
        return done, None

    def _show_merged(self, outcome: tuple[list[Merged], AppError | None]) -> None:
        done, error = outcome
        self.merged, self._parsed = [*self.merged, *done], []
        self._show_files()
        self.refresh()
        if error:
            self._failed(error)
        (self.merge_button if self.merge_button.isEnabled() else self.close_button).setFocus()

    def save_rejected(self) -> None:
        """Save what stays out, for those who must put it right."""
        name = f"{self.words('sheet.rejected')}.xlsx"
        if target := prompts.choose_target(self, self.words("merge_page.save_rejected"), name, WORKBOOKS):
            path = Path(target).with_suffix(".xlsx")
            background.run(
                self,
                lambda: write_rejected(self.plans, path, self.words.language),
                lambda n: prompts.inform(self, self.words, path.name, self.words("merge_page.rejected_saved", n=n)),
                self._failed,
            )


def _named(paths: Sequence[Path]) -> dict[str, Path]:
    """Give each file a name of its own, with its folder where two are called the same."""
    found: dict[str, Path] = {}
    for path in paths:
        name = path.name if path.name not in found else f"{path.parent.name}/{path.name}"
        while name in found:
            name = f"{name}*"
        found[name] = path
    return found
