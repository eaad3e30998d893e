"""Code lists and added fields at headquarters: changed by a form or in Excel, applied here, and sent to every prison."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QDir, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop.exchange.code_lists import ReadList, read_code_list, write_code_list
from desktop.exchange.packs import apply_pack, summary, write_packs
from desktop.exchange.reading import parse_all, read_source
from desktop.gui import background, prompts
from desktop.gui.definitions_prompts import ask_changes, ask_code, ask_field, show_problems
from desktop.gui.look import SIGNS, button, label, restyle, scaled
from desktop.gui.plain_table import Cell, Column, PlainTable
from desktop.gui.shortcuts import answer_keys
from desktop.gui.words import Words
from desktop.registers.code_rows import shown_day
from desktop.registers.codes import Code, CodeList
from desktop.registers.declarations import ADDED, Definitions, load
from desktop.registers.folding import fold
from desktop.registers.packs import Change, Pack, foresee, list_label, own_lists, with_codes, with_field
from desktop.registers.register import Field, Register
from desktop.store import definitions as station_definitions
from desktop.store.vault import DEFINITIONS, Vault

LIST_WIDTH, CODES_WIDTH = 420, 740
WORKBOOKS = "Excel (*.xlsx)"


class DefinitionsPage(QWidget):
    """Writes the next pack, which takes effect nowhere before it is applied here."""

    applied = Signal(object)

    def __init__(self, vault: Vault, words: Words) -> None:
        """Show nothing until the page is arrived at."""
        super().__init__()
        self.vault, self.words = vault, words
        self.base = station_definitions.base_of(vault.definitions, vault.folder)
        self.pack, self.in_use = Pack(), Pack()
        self.definitions = vault.definitions
        self.changes: Sequence[Change] = ()
        self.names: list[str] = []
        self._build()
        self._connect()

    # What stands on the page

    def _build(self) -> None:
        words = self.words
        self.apply = button(words("definitions_page.apply"), picture="check", primary=True, keys="F2")
        self.send = button(words("definitions_page.send"), picture="send")
        self.drop = button(words("definitions_page.drop"), picture="undo-2")
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(scaled(label(words("definitions_page.title"), "title"), 1.45), 1)
        for one in (self.drop, self.send, self.apply):
            top.addWidget(one)
        self.state = label("", "second", wrap=True)
        self.views = [self._pill("definitions_page.lists"), self._pill("definitions_page.fields")]
        pills = QHBoxLayout()
        pills.setSpacing(6)
        for pill in self.views:
            pills.addWidget(pill)
        pills.addStretch(1)
        self.stack = QStackedWidget()
        self.stack.addWidget(self._build_lists())
        self.stack.addWidget(self._build_fields())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(self.state)
        layout.addLayout(pills)
        layout.addWidget(self.stack, 1)

    def _pill(self, name: str) -> QPushButton:
        pill = QPushButton(self.words(name))
        pill.setProperty("kind", "pill")
        pill.setAutoDefault(False)
        return pill

    def _build_lists(self) -> QWidget:
        words = self.words
        self.search = QLineEdit()
        self.search.setPlaceholderText(words("definitions_page.search"))
        self.search.setAccessibleName(words("definitions_page.search"))
        self.lists = PlainTable(words("definitions_page.lists"), [
            Column(words("definitions_page.list")), Column(words("definitions_page.count"), 70, is_number=True),
        ])  # fmt: skip
        columns = [Column(words("packs.column_code"), 110), Column(words("definitions_page.label"))]
        columns += [Column(words(f"packs.column_{name}"), 118) for name in ("group", "from", "until")]
        self.codes = PlainTable(words("definitions_page.codes"), columns)
        self.add_code = button(words("definitions_page.add_code"), picture="plus", keys="Ins")
        self.change_code = button(words("definitions_page.change"), picture="pencil")
        self.to_excel = button(words("definitions_page.to_excel"), picture="file-spreadsheet")
        self.from_excel = button(words("definitions_page.from_excel"), picture="upload")
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.search)
        column.addWidget(self.lists, 1)
        buttons = (self.add_code, self.change_code, self.to_excel, self.from_excel)
        return _beside(left, _above(self.codes, buttons))

    def _build_fields(self) -> QWidget:
        words = self.words
        self.registers = PlainTable(words("definitions_page.registers"), [
            Column(words("list_export.register")), Column(words("definitions_page.count"), 70, is_number=True),
        ])  # fmt: skip
        self.fields = PlainTable(words("definitions_page.fields"), [
            Column(words("definitions_page.name"), 150), Column(words("definitions_page.label")),
            Column(words("definitions_page.kind"), 130), Column(words("definitions_page.section"), 130),
            Column(words("packs.column_until"), 118),
        ])  # fmt: skip
        self.add_field = button(words("definitions_page.add_field"), picture="plus", keys="Ins")
        self.change_field = button(words("definitions_page.change"), picture="pencil")
        return _beside(self.registers, _above(self.fields, (self.add_field, self.change_field)))

    def _connect(self) -> None:
        for place, pill in enumerate(self.views):
            pill.clicked.connect(partial(self.show_view, place))
        self.search.textEdited.connect(lambda _: self._show_lists())
        self.lists.marked.connect(lambda _: self._show_codes())
        self.registers.marked.connect(lambda _: self._show_fields())
        self.codes.activated.connect(lambda _: self.edit_code())
        self.fields.activated.connect(lambda _: self.edit_field())
        for one, what in (
            (self.apply, self.apply_here), (self.send, self.send_out), (self.drop, self.drop_changes),
            (self.add_code, self.new_code), (self.change_code, self.edit_code), (self.to_excel, self.open_in_excel),
            (self.from_excel, self.read_from_excel), (self.add_field, self.new_field), (self.change_field, self.edit_field),
        ):  # fmt: skip
            one.clicked.connect(what)
        answer_keys(self, [Qt.Key.Key_Insert], self.add, "add")
        answer_keys(self, [Qt.Key.Key_F2], self.apply.click, "apply")
        answer_keys(self, ["Ctrl+F", "Ctrl+А"], self.search.setFocus, "search")

    # Showing

    def arrive(self) -> None:
        """Take up the page again, with what was written and not applied yet."""
        self.in_use = station_definitions.applied(self.vault.folder)
        draft = station_definitions.draft(self.vault.folder)
        if draft.number > self.in_use.number and draft != self.pack:
            self._work(partial(self._try, draft), self._take)
        else:
            self.pack = draft
            self.show_view(self.stack.currentIndex())

    def show_view(self, place: int) -> None:
        """Show the code lists, or the added fields."""
        self.stack.setCurrentIndex(place)
        for number, pill in enumerate(self.views):
            restyle(pill, "active", "true" if number == place else "false")
        self._tell_state()
        self._show_lists()
        self._show_registers()
        (self.registers if place else self.lists).setFocus()

    @property
    def is_changed(self) -> bool:
        """Tell whether something was written that is not applied yet."""
        return self.pack.number > self.in_use.number

    def _tell_state(self) -> None:
        words, number = self.words, self.in_use.number
        said = words("definitions_page.in_use", number=number) if number else words("definitions_page.none_yet")
        if self.is_changed:
            changes = "; ".join(words.of(one) for one in summary(self.changes))
            said += f" {SIGNS['draft']} {words('definitions_page.draft', number=self.pack.number, changes=changes)}"
        self.state.setText(said)
        self.apply.setEnabled(self.is_changed)
        self.drop.setEnabled(self.is_changed)
        self.send.setEnabled(bool(number) and not self.is_changed)

    def _show_lists(self) -> None:
        kept, wanted, words = self.list_name, fold(self.search.text()), self.words
        named = [(words.of(list_label(self.definitions, name)), name) for name in own_lists(self.definitions)]
        found = sorted((text, name) for text, name in named if wanted in fold(text) or wanted in fold(name))
        self.names = [name for _, name in found]
        rows = [[Cell(text, tip=name), Cell(str(len(self.definitions.codes[name].codes)), "second")] for text, name in found]
        self.lists.show_rows(rows, self.names.index(kept) if kept in self.names else 0)
        self._show_codes()

    @property
    def list_name(self) -> str:
        """Name the code list that is shown."""
        return self.names[self.lists.place] if 0 <= self.lists.place < len(self.names) else ""

    def _show_codes(self) -> None:
        rows = list(self.definitions.codes[self.list_name].codes.values()) if self.list_name else []
        self.codes.show_rows([self._code_row(row) for row in rows], min(max(self.codes.place, 0), len(rows) - 1))
        for one in (self.add_code, self.to_excel):
            one.setEnabled(bool(self.list_name))
        self.change_code.setEnabled(bool(rows))

    def _code_row(self, row: Code) -> list[Cell]:
        known = self.vault.definitions.codes.get(self.list_name)
        is_new = known is None or known.codes.get(row.code) != row
        colour = "accent" if is_new else "faint" if row.valid_until else "ink"
        texts = (row.code, self.words.of(row.label), row.group, shown_day(row.valid_from), shown_day(row.valid_until))
        return [Cell(text, colour) for text in texts]

    def _show_registers(self) -> None:
        rows = [[Cell(self.words.of(r.label)), Cell(str(len(self._added(r)) or ""), "second")] for r in self._registers]
        self.registers.show_rows(rows, max(self.registers.place, 0))
        self._show_fields()

    @property
    def _registers(self) -> list[Register]:
        zones = [zone for zone in self.vault.zones if self.vault.may("definitions", zone)]
        return [register for zone in zones for register in self.definitions.of_zone(zone)]

    @property
    def register(self) -> Register | None:
        """Give the register whose added fields are shown."""
        place = self.registers.place
        return self._registers[place] if 0 <= place < len(self._registers) else None

    def _added(self, register: Register) -> list[Field]:
        return [f for f in register.fields if f.name.startswith(ADDED)]

    def _show_fields(self) -> None:
        register = self.register
        fields = self._added(register) if register else []
        sections = {s.name: self.words.of(s.label) for s in register.sections if s.label} if register else {}
        self.fields.show_rows([self._field_row(f, sections[f.section]) for f in fields], min(0, len(fields) - 1))
        self.add_field.setEnabled(register is not None)
        self.change_field.setEnabled(bool(fields))

    def _field_row(self, f: Field, section: str) -> list[Cell]:
        texts = (f.name, self.words.of(f.label), self.words(f"kinds.{f.kind_name}"), section, shown_day(f.until))
        return [Cell(text, "faint" if f.until else "ink") for text in texts]

    # Changing

    def add(self) -> None:
        """Add a field or a code, whichever is shown."""
        (self.add_field if self.stack.currentIndex() else self.add_code).click()

    def new_code(self) -> None:
        """Add a code to the list that is shown."""
        codes = self.definitions.codes[self.list_name]
        title = self.words("definitions_page.code_add", list=list_label(self.definitions, self.list_name))
        if row := ask_code(self, self.words, title, codes):
            self._put(codes, row)

    def edit_code(self) -> None:
        """Give the marked code other words, or retire it."""
        codes = self.definitions.codes[self.list_name]
        before = list(codes.codes.values())[self.codes.place]
        title = self.words("definitions_page.code_change", code=before.code)
        if row := ask_code(self, self.words, title, codes, before):
            self._put(codes, row)

    def _put(self, codes: CodeList, row: Code) -> None:
        self._put_list(replace(codes, codes={**codes.codes, row.code: row}))

    def _put_list(self, codes: CodeList) -> None:
        def changed() -> Pack:
            return with_codes(self.pack, load(*self.base).codes.get(codes.name), codes)

        self._work(lambda: self._try(changed()), self._take)

    def new_field(self) -> None:
        """Add a field to the register that is shown."""
        if (register := self.register) and (words := ask_field(self, self.words, self.definitions, register)):
            self._work(lambda: self._try(with_field(self.pack, register.name, words)), self._take)

    def edit_field(self) -> None:
        """Give the marked field other words, or retire it."""
        register = self.register
        if register is None or not 0 <= self.fields.place < len(self._added(register)):
            return
        before = self._added(register)[self.fields.place]
        if words := ask_field(self, self.words, self.definitions, register, before):
            self._work(lambda: self._try(with_field(self.pack, register.name, words)), self._take)

    def _try(self, pack: Pack) -> tuple[Pack, Definitions, Sequence[Change]]:
        """Foresee the next pack, and keep it until it is applied."""
        pack = replace(pack, number=self.in_use.number + 1)
        found = foresee(pack, self.base, self.vault.folder / DEFINITIONS)
        station_definitions.keep_draft(self.vault.folder, pack)
        return pack, found.definitions, found.changes

    def _take(self, tried: tuple[Pack, Definitions, Sequence[Change]]) -> None:
        self.pack, self.definitions, self.changes = tried
        self.show_view(self.stack.currentIndex())

    def drop_changes(self) -> None:
        """Go back to what is in use, once the person is sure."""
        words = self.words
        title, answer = words("definitions_page.drop_title"), words("definitions_page.drop")
        if ask_changes(self, words, title, words("definitions_page.drop_text"), self.definitions, self.changes, answer):
            station_definitions.drop_draft(self.vault.folder)
            self.pack, self.definitions, self.changes = self.in_use, self.vault.definitions, ()
            self.show_view(self.stack.currentIndex())

    # Excel

    def open_in_excel(self) -> None:
        """Write the code list that is shown, and open it in whatever opens workbooks here."""
        name, words = self.list_name, self.words
        target = prompts.choose_target(self, words("definitions_page.to_excel"), f"{name}.xlsx", WORKBOOKS)
        if target:
            path = Path(target).with_suffix(".xlsx")
            self._work(lambda: write_code_list(self.definitions, name, path, words.language), self._written)

    def _written(self, path: Path) -> None:
        show_file(path)
        prompts.inform(
            self, self.words, self.words("definitions_page.written", file=path.name), self.words("definitions_page.then")
        )

    def read_from_excel(self) -> None:
        """Read a code list that was changed in Excel, and take its changes once they were looked at."""
        if found := prompts.choose_files(self, self.words("definitions_page.from_excel"), WORKBOOKS):
            source = read_source(Path(found[0]))
            self._work(lambda: read_code_list(self.definitions, next(parse_all([source]))), self._look_at)

    def _look_at(self, read: ReadList) -> None:
        words, title = self.words, self.words("definitions_page.read_title", list=list_label(self.definitions, read.name))
        if read.problems:
            show_problems(self, words, title, read.problems)
        elif not read.changes:
            prompts.inform(self, words, title, words("definitions_page.same"))
        elif ask_changes(
            self,
            words,
            title,
            words("definitions_page.read_text"),
            self.definitions,
            read.changes,
            words("definitions_page.take"),
        ):
            self.search.clear()
            self._put_list(read.codes)

    # Applying and sending

    def apply_here(self) -> None:
        """Let headquarters work with the next pack from now on; the program opens anew with it."""
        words, vault, pack = self.words, self.vault, self.pack
        title = words("definitions_page.apply_title", number=pack.number)
        if ask_changes(
            self,
            words,
            title,
            words("definitions_page.opens_anew"),
            self.definitions,
            self.changes,
            words("definitions_page.apply"),
        ):

            def work() -> Definitions:
                definitions = apply_pack(vault, pack)
                station_definitions.drop_draft(vault.folder)
                return definitions

            self._work(work, self.applied.emit)

    def send_out(self) -> None:
        """Write the pack in use for every enrolled station into a folder that the person chooses."""
        words = self.words
        if folder := prompts.choose_folder(self, words("definitions_page.send")):
            self._work(lambda: write_packs(self.vault, Path(folder)), lambda paths: prompts.inform(
                self, words, words("definitions_page.sent", n=len(paths)), words("definitions_page.carry")))  # fmt: skip

    def _work(self, work: Callable[[], object], done: Callable[..., None]) -> None:
        background.run(self, work, done, partial(prompts.tell, self, self.words))


def show_file(path: Path) -> None:
    """Open a file in the program that the computer opens such files with."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(QDir.fromNativeSeparators(str(path))))


def _beside(left: QWidget, right: QWidget) -> QSplitter:
    made = QSplitter(Qt.Orientation.Horizontal)
    made.setChildrenCollapsible(False)
    made.addWidget(left)
    made.addWidget(right)
    made.setSizes([LIST_WIDTH, CODES_WIDTH])
    made.setStretchFactor(1, 1)
    return made


def _above(table: PlainTable, buttons: Sequence[QPushButton]) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(8, 0, 0, 0)
    row = QHBoxLayout()
    row.setSpacing(8)
    for one in buttons:
        row.addWidget(one)
    row.addStretch(1)
    column.addWidget(table, 1)
    column.addLayout(row)
    return made
