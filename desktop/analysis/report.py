"""A report as its reader sees it, block by block, whatever it is set in: on paper, as PDF or for Word."""

from dataclasses import dataclass
from typing import Literal

# What is left to be filled in by hand.
BLANK = "_" * 16
# So few facts stand one below the other.
FEW = 4


@dataclass(frozen=True)
class Paragraph:
    """A text, of several lines where it has line breaks; on the *right* where it names to whom it goes."""

    text: str
    kind: Literal["text", "heading"] = "text"
    is_right: bool = False


@dataclass(frozen=True)
class Facts:
    """What is known, each with its name before it."""

    rows: tuple[tuple[str, str], ...]

    @property
    def pairs(self) -> list[tuple[tuple[str, str], ...]]:
        """Give the rows two by two, as they stand side by side so that a letter keeps to one page."""
        half = -(-len(self.rows) // 2)
        if len(self.rows) < FEW:
            return [(row, ("", "")) for row in self.rows]
        return list(zip(self.rows[:half], [*self.rows[half:], ("", "")], strict=False))


@dataclass(frozen=True)
class Grid:
    """A table with headings."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Signatures:
    """Who signs, each with a line to sign on."""

    who: tuple[str, ...]


@dataclass(frozen=True)
class Cut:
    """Where the part below is torn off and sent back."""


Piece = Paragraph | Facts | Grid | Signatures | Cut


@dataclass(frozen=True)
class Report:
    """A whole report in one language; *foot* stands at the bottom of each page, *name* in the name of its file."""

    name: str
    language: str
    title: str
    pieces: tuple[Piece, ...]
    foot: str

    @property
    def words(self) -> str:
        """Give all of its texts, for whoever searches them."""
        return "\n".join([self.title, *(_text(piece) for piece in self.pieces)])


def _text(piece: Piece) -> str:
    match piece:
        case Paragraph(text):
            return text
        case Facts(rows):
            return "\n".join(f"{name}: {value}" for name, value in rows)
        case Grid(headings, rows):
            return "\n".join(" | ".join(row) for row in (headings, *rows))
        case Signatures(who):
            return "\n".join(who)
    return ""
