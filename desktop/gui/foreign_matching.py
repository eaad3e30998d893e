"""The second step of an import from Excel: which column is which field, and what the words in it mean."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.exchange.cells import shown
from desktop.exchange.foreign import ForeignImport
from desktop.exchange.foreign_sheets import Heading
from desktop.exchange.matching import Matching, Target, asked_constants, guess_code, unknown_values
from desktop.gui.backup_cards import empty
from desktop.gui.editors import make_editor
from desktop.gui.line_editor import Context, LineEditor, NoteEditor
from desktop.gui.look import kind, label, restyle, sized, small
from desktop.gui.words import Words
from desktop.registers.folding import fold
from desktop.registers.kinds import Value
from desktop.registers.problems import NotReadable
from desktop.registers.register import Field

SAMPLES = 3
LONGEST_SAMPLE = 24
MOST_VALUES = 100
WIDEST = 250  # pixels of a box or an editor

Editor = LineEditor | NoteEditor


class MatchingPanel(QWidget):
    """Shows the guessed matching of a sheet, and takes what the person makes of it."""

    changed = Signal()

    def __init__(self, words: Words) -> None:
        """Show nothing yet."""
        super().__init__()
        self.words = words
        self.boxes: dict[str, QComboBox] = {}
        self.values: dict[str, dict[str, Editor]] = {}
        self.constants: dict[str, Editor] = {}
        self._columns, column_card = self._build_card()
        self._right, right_card = self._build_card()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(column_card, 11)
        layout.addWidget(right_card, 9)

    @staticmethod
    def _build_card() -> tuple[QVBoxLayout, QFrame]:
        inner = QWidget()
        content = QVBoxLayout(inner)
        content.setContentsMargins(14, 10, 14, 10)
        content.setSpacing(6)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        card = QFrame()
        kind(card, "card")
        outer = QVBoxLayout(card)
        outer.setContentsMargins(1, 1, 1, 1)
        outer.addWidget(area)
        return content, card

    def show_matching(self, importing: ForeignImport, guessed: Matching) -> None:
        """Show what was *guessed* of a sheet."""
        self.importing, self._begins_guess = importing, guessed.begins
        self._told = {key: dict(codes) for key, codes in guessed.values.items()}
        self._fixed = dict(guessed.constants)
        zone = importing.records.zone
        self.context = Context(self.words, zone, lambda: "")
        self.values, self.constants = {}, {}
        self._show_columns(guessed)
        self._show_right()
        next(iter(self.boxes.values())).setFocus()

    # The columns

    def _show_columns(self, guessed: Matching) -> None:
        empty(self._columns)
        self.boxes = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(7)
        grid.setColumnStretch(0, 1)
        for place, name in enumerate(("column", "field")):
            grid.addWidget(small(label(self.words(f"foreign_page.{name}").upper(), "section")), 0, place)
        for row, heading in enumerate(self.importing.sheet.headings, 1):
            box = self._box(heading, guessed.columns.get(heading.key, ""))
            self.boxes[heading.key] = box
            grid.addWidget(self._told_heading(heading), row, 0)
            grid.addWidget(box, row, 1)
        body = QWidget()
        body.setLayout(grid)
        grid.setContentsMargins(0, 0, 0, 0)
        self._columns.addWidget(body)
        self._columns.addStretch(1)

    def _told_heading(self, heading: Heading) -> QWidget:
        samples = [_short(shown(cell)) for cell in self.importing.sheet.samples[heading.key][:SAMPLES]]
        told = QWidget()
        lines = QVBoxLayout(told)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        lines.addWidget(label(heading.text, "title", wrap=True))
        lines.addWidget(small(label(" · ".join(samples), "second", wrap=True)))
        return told

    def _box(self, heading: Heading, chosen: str) -> QComboBox:
        box = QComboBox()
        box.setFixedWidth(sized(WIDEST))
        box.setAccessibleName(self.words("foreign_page.field_of", column=heading.text))
        box.addItem(self.words("foreign_page.not_taken"), "")
        for target in self.importing.targets.values():
            box.addItem(self.name_of(target), target.key)
        box.setCurrentIndex(max(box.findData(chosen), 0))
        box.setMaxVisibleItems(18)
        box.currentIndexChanged.connect(self._column_changed)
        return box

    def name_of(self, target: Target) -> str:
        """Name a field to a person, that of lines with theirs before it."""
        own = self.words.of(target.field.label) + (" *" if target.field.required else "")
        if not target.is_of_lines:
            return own
        return self.words("foreign_page.of_lines", lines=self.words.of(target.table.label), label=own)

    def _column_changed(self) -> None:
        decided = self.matching
        self._told = {key: dict(codes) for key, codes in decided.values.items()}
        self._fixed = dict(decided.constants)
        self._begins_guess = decided.begins
        self._show_right()
        self.changed.emit()

    # What the words mean, and what no column says

    def _show_right(self) -> None:
        empty(self._right)
        self.values, self.constants = {}, {}
        self._show_beginning()
        self._section("constants")
        self._show_constants()
        self._section("values")
        self._show_values()
        self._right.addStretch(1)

    def _section(self, name: str) -> None:
        self._right.addSpacing(4)
        self._right.addWidget(small(label(self.words(f"foreign_page.{name}").upper(), "section", wrap=True)))

    def _show_beginning(self) -> None:
        self.begins = QComboBox()
        self.begins.setAccessibleName(self.words("foreign_page.begins"))
        self.begins.addItem(self.words("foreign_page.begins_everywhere"), "")
        for heading in self.importing.sheet.headings:
            self.begins.addItem(heading.text, heading.key)
        self.begins.setCurrentIndex(max(self.begins.findData(self._begins_guess), 0))
        self.begins.currentIndexChanged.connect(lambda _: self.changed.emit())
        if self.importing.register.lines:
            self._section("begins")
            self._right.addWidget(self.begins)

    def _show_constants(self) -> None:
        asked = asked_constants(self._decided_columns, self.importing.targets)
        for target in asked:
            editor = self._editor(target.field, self.name_of(target))
            editor.put(self.words.show(self._fixed.get(target.key), target.field, self.context.reading))
            self.constants[target.key] = editor
            self._row(self.name_of(target), editor)
        if not asked:
            self._right.addWidget(label(self.words("foreign_page.no_constants"), "second", wrap=True))

    def _show_values(self) -> None:
        importing = self.importing
        found = unknown_values(importing.sheet, self._decided_columns, importing.targets, importing.reading)
        for key, counted in found.items():
            target = importing.targets[key]
            self._right.addWidget(label(self.name_of(target), "title", wrap=True))
            for text in sorted(counted, key=lambda one: -counted[one])[:MOST_VALUES]:
                self._show_value(target, text)
        if not found:
            self._right.addWidget(label(self.words("foreign_page.no_values"), "second", wrap=True))

    def _show_value(self, target: Target, text: str) -> None:
        codes = self.context.reading.codes[target.field.codes]
        told = self._told.setdefault(target.key, {})
        code = told.setdefault(fold(text), guess_code(codes, text))
        editor = self._editor(replace(target.field, kind_name="choice"), self.words("foreign_page.value_means", text=text))
        editor.put(codes.show(code, self.words.language) if code else "")
        self.values.setdefault(target.key, {})[fold(text)] = editor
        self._row(_short(text, 60), editor)

    def _editor(self, f: Field, name: str) -> Editor:
        editor = make_editor(f, self.context)
        editor.setAccessibleName(name)
        editor.setFixedWidth(sized(WIDEST))
        editor.edited.connect(self.changed)
        return editor

    def _row(self, name: str, editor: Editor) -> None:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(label(name, wrap=True), 1)
        layout.addWidget(editor)
        self._right.addWidget(row)

    # What was decided

    @property
    def _decided_columns(self) -> Matching:
        return Matching({key: str(box.currentData()) for key, box in self.boxes.items()})

    @property
    def matching(self) -> Matching:
        """Give the matching as it stands on the screen."""
        values = {key: dict(codes) for key, codes in self._told.items()}
        for key, editors in self.values.items():
            field = replace(self.importing.targets[key].field, kind_name="choice")
            values[key] = values.get(key, {}) | {text: str(self._read(one, field) or "") for text, one in editors.items()}
        given = {key: self._read(editor, self.importing.targets[key].field) for key, editor in self.constants.items()}
        constants = {key: value for key, value in given.items() if value is not None}
        return Matching(self._decided_columns.columns, values, constants, str(self.begins.currentData()))

    def _read(self, editor: Editor, f: Field) -> Value:
        try:
            value = f.kind.read(editor.typed, f, self.context.reading)
        except NotReadable:
            restyle(editor, "state", "error")
            return None
        restyle(editor, "state", "")
        return value

    def objection(self) -> str:
        """Say what keeps this matching from being used; empty where nothing does."""
        used = self._decided_columns.by_target
        for key, columns in used.items():
            target = self.importing.targets[key]
            if len(columns) > 1 and not target.takes_many:
                return self.words("foreign_page.twice_matched", label=self.name_of(target))
        return "" if used else self.words("foreign_page.nothing_matched")


def _short(text: str, longest: int = LONGEST_SAMPLE) -> str:
    one = " ".join(text.split())
    return one if len(one) <= longest else f"{one[: longest - 1]}…"
