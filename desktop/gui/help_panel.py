"""Help beside the page: what is told while a person goes on typing."""

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from desktop.gui.look import button, kind, label, scaled, sized
from desktop.gui.words import Words
from desktop.registers.declarations import Definitions
from desktop.registers.field_help import FIELD, explain_address
from desktop.registers.help_pages import HELP

WIDTH, NARROW = 340, 250
MARGIN = 24  # left and right of a picture


class HelpText(QTextBrowser):
    """Shows Markdown, its pictures as wide as there is room; a field that is named leads to its own help."""

    def __init__(self, definitions: Definitions, words: Words) -> None:
        """Show nothing yet."""
        super().__init__()
        self.definitions, self.words = definitions, words
        self.markdown = ""
        self._drawn_for = 0
        self.setOpenLinks(False)
        self.setSearchPaths([str(HELP)])
        self.setAccessibleName(words("help.text"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.anchorClicked.connect(self._follow)
        kind(self, "help")

    def tell(self, markdown: str) -> None:
        """Show *markdown* from its beginning."""
        self.markdown = markdown
        self._drawn_for = self.viewport().width()
        self.document().setMarkdown(markdown)
        self.document().setDocumentMargin(12)
        self.verticalScrollBar().setValue(0)

    def _follow(self, url: QUrl) -> None:
        if (address := url.toString()).startswith(FIELD):
            self.tell(explain_address(self.definitions, address, self.words.language))

    def loadResource(self, kind_: int, name: QUrl | str) -> object:
        """Bring a picture down to the width there is."""
        found = super().loadResource(kind_, name)
        if kind_ != QTextDocument.ResourceType.ImageResource.value:
            return found
        picture = QImage(str(HELP / (name if isinstance(name, str) else name.toString())))
        room = max(self.viewport().width() - 2 * MARGIN, 120)
        if picture.isNull() or picture.width() <= room:
            return picture
        return picture.scaledToWidth(room, Qt.TransformationMode.SmoothTransformation)

    def sizeHint(self) -> QSize:
        """Ask for no room of its own."""
        return QSize(NARROW, 200)


class HelpPanel(QFrame):
    """Help on what the cursor stands in, which takes neither focus nor keys away."""

    all_asked = Signal()
    closed = Signal()

    def __init__(self, definitions: Definitions, words: Words) -> None:
        """Begin closed."""
        super().__init__()
        kind(self, "form")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        title = label(words("help.title"), "title")
        scaled(title, 1.25)
        self.all = button(words("help.open_page"))
        kind(self.all, "link")
        self.all.clicked.connect(self.all_asked)
        self.close_button = button("", picture="x")
        kind(self.close_button, "link")
        self.close_button.setToolTip(f"{words('help.close')} (Esc)")
        self.close_button.setAccessibleName(words("help.close"))
        self.close_button.clicked.connect(self.leave)
        self.text = HelpText(definitions, words)
        head = QHBoxLayout()
        head.setContentsMargins(12, 0, 8, 0)
        head.addWidget(title, 1)
        head.addWidget(self.all)
        head.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 10, 0, 8)
        layout.addLayout(head)
        layout.addWidget(self.text, 1)
        for part in self.findChildren(QWidget):
            part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFixedWidth(sized(WIDTH))
        self.hide()

    def tell(self, markdown: str) -> None:
        """Show *markdown*, and the panel where it was closed."""
        self.show()
        if markdown != self.text.markdown:
            self.text.tell(markdown)

    def leave(self) -> None:
        """Close the panel."""
        self.hide()
        self.closed.emit()
