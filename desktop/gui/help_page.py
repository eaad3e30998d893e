"""All help on one page: what there is on the left, the text on the right."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from desktop.gui import prompts
from desktop.gui.help_panel import HelpText
from desktop.gui.look import button, kind, sized
from desktop.gui.printing import choose_printer
from desktop.gui.shortcuts import answer_keys
from desktop.gui.words import Words
from desktop.registers.declarations import Definitions
from desktop.registers.problems import AppError

LIST_WIDTH, WIDEST = 230, 820  # longer lines are hard to read
KEY = Qt.ItemDataRole.UserRole

# Each topic by its key: its title, and what makes its text.
Topics = Mapping[str, tuple[str, Callable[[], str]]]


class HelpPage(QWidget):
    """Shows one topic at a time, and prints it."""

    def __init__(self, definitions: Definitions, words: Words, groups: Sequence[tuple[str, Topics]]) -> None:
        """List the topics of *groups*, each under its heading, and show the first."""
        super().__init__()
        kind(self, "page")
        self.words = words
        self.topics = {key: topic for _, topics in groups for key, topic in topics.items()}
        self.text = HelpText(definitions, words)
        self.text.setMaximumWidth(sized(WIDEST))
        self.print_button = button(words("help.print"), picture="printer", keys="Ctrl+P")
        self.print_button.clicked.connect(self.print)
        self.list = self._build_list(groups)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 6, 12, 8)
        foot.addWidget(self.print_button)
        foot.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.text, 1)
        right.addLayout(foot)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.list)
        layout.addLayout(right, 1)
        answer_keys(self, ["Ctrl+P", "Ctrl+З"], self.print, "print")
        self.show_topic(next(iter(self.topics)))

    def _build_list(self, groups: Sequence[tuple[str, Topics]]) -> QListWidget:
        listed = QListWidget()
        kind(listed, "tables")
        listed.setAccessibleName(self.words("help.contents"))
        listed.setFixedWidth(sized(LIST_WIDTH))
        listed.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.items: dict[str, QListWidgetItem] = {}
        for title, topics in groups:
            heading = QListWidgetItem(title)
            heading.setFlags(Qt.ItemFlag.NoItemFlags)
            listed.addItem(heading)
            for key, (name, _) in topics.items():
                self.items[key] = item = QListWidgetItem(name)
                item.setData(KEY, key)
                item.setToolTip(name)
                item.setSizeHint(QSize(0, listed.fontMetrics().height() + 9))
                listed.addItem(item)
        listed.currentItemChanged.connect(self._chosen)
        return listed

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item and (key := item.data(KEY)):
            self.text.tell(self.topics[key][1]())

    def show_topic(self, key: str) -> None:
        """Show a topic."""
        self.list.setCurrentItem(self.items[key])

    def arrive(self) -> None:
        """Let the arrows choose."""
        self.list.setFocus()

    def print(self) -> None:
        """Print the topic that is shown."""
        try:
            printer = choose_printer(self, self.words("help.print_title"), "help.no_printer")
        except AppError as error:
            prompts.tell(self, self.words, error)
            return
        if printer:
            self.text.document().print_(printer)
