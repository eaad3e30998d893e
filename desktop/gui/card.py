"""A card: a white ground with a small heading, on which things stand one below the other."""

from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout

from desktop.gui.look import kind, label, scaled, small


class Card(QFrame):
    """A card with a small heading, filled from the top down."""

    def __init__(self, heading: str) -> None:
        """Begin with the *heading* alone."""
        super().__init__()
        kind(self, "card")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(14, 10, 14, 12)
        self.column.setSpacing(4)
        self.column.addWidget(small(label(heading.upper(), "section")))

    def headline(self) -> QLabel:
        """Add a line in larger letters."""
        made = scaled(label("", "title", wrap=True), 1.15)
        self.column.addWidget(made)
        return made

    def line(self, look: str = "second") -> QLabel:
        """Add a line of text."""
        made = label("", look, wrap=True)
        self.column.addWidget(made)
        return made
