"""The export of a list: which columns, written how, into which file; and a reason where persons are named."""

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.exchange.lists import CSV, XLSX, Column, Wish, Written, offered, usual, write_list
from desktop.gui import background, prompts
from desktop.gui.look import button, label, restyle, scaled
from desktop.gui.words import Words
from desktop.store.records import Filter, Records

WIDTH, HEIGHT = 860, 560
_FORMATS = {XLSX: "xlsx", CSV: "csv"}
_CODED = {"labels": "labels", "codes": "codes_only", "both": "both"}
_COLUMN = Qt.ItemDataRole.UserRole


def export_list(parent: QWidget, records: Records, wanted: Filter, words: Words, *, may_identify: bool) -> None:
    """Ask how the list that *wanted* shows is exported, and where to, and write it."""
    dialog = ListExport(parent, records, wanted, words, may_identify=may_identify)
    if not dialog.exec():
        return
    wish, suffix = dialog.wish, dialog.format.currentData()
    name = f"{records.register.name}_{records.zone.today}{suffix}"
    title = words("list_export_page.title", label=records.register.label)
    target = prompts.choose_target(parent, title, name, f"*{suffix}")
    if not target:
        return
    path = Path(target) if target.casefold().endswith(suffix) else Path(f"{target}{suffix}")

    def tell(written: Written) -> None:
        files = "\n".join(one.name for one in written.paths)
        prompts.inform(parent, words, words("list_export_page.written", n=written.records), files)

    background.run(
        parent,
        lambda: write_list(records, wish, path, may_identify=may_identify),
        tell,
        lambda error: prompts.tell(parent, words, error),
    )


class ListExport(QDialog):
    """Asks for the columns, the kind of file, and whether persons may be named; `wish` is the answer."""

    def __init__(self, parent: QWidget | None, records: Records, wanted: Filter, words: Words, *, may_identify: bool) -> None:
        """Begin with the columns of the list that name nobody."""
        super().__init__(parent)
        self.records, self.wanted, self.words = records, wanted, words
        self.register, self._definitions = records.register, records.zone.definitions
        # What stays checked while columns that name persons come and go.
        self._checked = {column.key for column in usual(self._definitions, self.register, identified=True)}
        self.setWindowTitle(words("window.program"))
        self.resize(WIDTH, HEIGHT)
        self._build(may_identify=may_identify)
        self._connect()
        self._list_columns()
        self.columns.setFocus()

    # What stands in it

    def _build(self, *, may_identify: bool) -> None:
        words = self.words
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(scaled(label(words("list_export_page.title", label=self.register.label), "title"), 1.25))
        found = words("list.count", n=len(self.records.search(self.wanted)))
        layout.addWidget(label(words("list_export_page.filtered", records=found), "second"))
        sides = QHBoxLayout()
        sides.setSpacing(20)
        sides.addLayout(self._build_columns(), 1)
        sides.addLayout(self._build_choices(may_identify=may_identify), 1)
        layout.addLayout(sides, 1)
        self.save_button = button(words("list_export_page.save"), picture="download", primary=True)
        self.save_button.setDefault(True)
        self.cancel_button = button(words("list_export_page.cancel"), keys="Esc")
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.save_button)
        foot.addWidget(self.cancel_button)
        layout.addLayout(foot)

    def _build_columns(self) -> QVBoxLayout:
        words = self.words
        self.columns = QListWidget()
        self.columns.setSpacing(1)
        self.columns.setAccessibleName(words("list_export_page.columns"))
        self.as_listed = button(words("list_export_page.as_in_list"))
        self.all = button(words("list_export_page.all"))
        self.none = button(words("list_export_page.none"))
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(label(words("list_export_page.columns"), "section"), 1)
        for one in (self.as_listed, self.all, self.none):
            row.addWidget(one)
        side = QVBoxLayout()
        side.addLayout(row)
        side.addWidget(self.columns, 1)
        return side

    def _build_choices(self, *, may_identify: bool) -> QVBoxLayout:
        words = self.words
        self.format = self._choice(_FORMATS)
        self.coded = self._choice(_CODED)
        self.identified = QCheckBox(words("list_export_page.identified"))
        self.why = QLineEdit()
        self.why.setPlaceholderText(words("list_export_page.why_hint"))
        self.why.setEnabled(False)
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        form.setVerticalSpacing(10)
        for name, editor in (("format", self.format), ("codes", self.coded)):
            form.addRow(words(f"list_export_page.{name}"), editor)
            editor.setAccessibleName(words(f"list_export_page.{name}"))
        side = QVBoxLayout()
        side.setSpacing(10)
        side.addLayout(form)
        if may_identify:
            self.why.setAccessibleName(words("list_export_page.why"))
            form.addRow("", self.identified)
            form.addRow(words("list_export_page.why"), self.why)
        side.addStretch(1)
        side.addWidget(label(words("list_export_page.open_file"), "second", wrap=True))
        return side

    def _choice(self, names: dict[str, str]) -> QComboBox:
        made = QComboBox()
        for value, name in names.items():
            made.addItem(self.words(f"list_export_page.{name}"), value)
        return made

    def _connect(self) -> None:
        self.columns.itemChanged.connect(self._note)
        self.as_listed.clicked.connect(lambda: self._check(usual(self._definitions, self.register, identified=True)))
        self.all.clicked.connect(lambda: self._check(self._offered))
        self.none.clicked.connect(lambda: self._check([]))
        self.identified.toggled.connect(self._list_columns)
        self.identified.toggled.connect(self.why.setEnabled)
        self.save_button.clicked.connect(self.accept)
        self.cancel_button.clicked.connect(self.reject)

    # The columns

    @property
    def _offered(self) -> list[Column]:
        columns = offered(self._definitions, self.register)
        return [column for column in columns if self.identified.isChecked() or not column.field.identifies]

    def _list_columns(self) -> None:
        """List the columns anew, those of each of the lines under their name."""
        self.columns.blockSignals(True)
        self.columns.clear()
        lines = ""
        for column in self._offered:
            if column.lines != lines:
                lines = column.lines
                self._add_heading(self.words.of(self.register.lines_by_name[lines].label))
            self._add(column)
        self.columns.blockSignals(False)
        self.columns.setCurrentRow(0)
        self._show_whether_to_save()

    def _add_heading(self, text: str) -> None:
        item = QListWidgetItem(text, self.columns)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        font = item.font()
        font.setBold(True)
        item.setFont(font)

    def _add(self, column: Column) -> None:
        text = self.words.of(column.field.label)
        if column.is_free_text:
            text = self.words("list_export_page.free_text", label=text)
        item = QListWidgetItem(text, self.columns)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Checked if column.key in self._checked else Qt.CheckState.Unchecked)
        item.setData(_COLUMN, column)

    def _check(self, columns: list[Column]) -> None:
        self._checked = {column.key for column in columns}
        self._list_columns()

    def _note(self, item: QListWidgetItem) -> None:
        key = item.data(_COLUMN).key
        if item.checkState() == Qt.CheckState.Checked:
            self._checked.add(key)
        else:
            self._checked.discard(key)
        self._show_whether_to_save()

    def _show_whether_to_save(self) -> None:
        self.save_button.setEnabled(any(not column.lines for column in self._chosen()))

    def _chosen(self) -> Iterator[Column]:
        return (column for column in self._offered if column.key in self._checked)

    # The answer

    @property
    def wish(self) -> Wish:
        """Give what was asked for."""
        return Wish(
            self.wanted, tuple(self._chosen()), self.coded.currentData(), self.words.language,
            self.identified.isChecked(), self.why.text().strip(),
        )  # fmt: skip

    def accept(self) -> None:
        """Go on, once a list that names persons has its reason."""
        if self.identified.isChecked() and not self.why.text().strip():
            self.why.setPlaceholderText(self.words("form.why_empty"))
            restyle(self.why, "state", "error")
            self.why.setFocus()
            return
        super().accept()
