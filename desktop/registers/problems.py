"""The two ways a thing can be wrong that a person must know of: a problem with a record, and a failure of the world."""

from dataclasses import dataclass
from typing import Any, Literal

from desktop.registers.labels import Label
from desktop.registers.messages import message

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Problem:
    """Something wrong with a value or a record, to be shown beside the field or row it is *about*."""

    rule: str
    severity: Severity
    about: tuple[str, ...]
    text: Label
    lines: str = ""
    line: int = 0

    @property
    def key(self) -> str:
        """Name this problem within its record, so that a reason given for a warning can be kept with it."""
        return f"{self.lines}.{self.line}.{self.rule}" if self.lines else self.rule


class AppError(Exception):
    """A failure of the world, with a sentence for the person who must act: what happened, what was kept, what now."""

    def __init__(self, name: str, /, **params: Any) -> None:
        """Word the sentence *name* of the messages."""
        self.name = name
        self.text = message(name, **params)
        super().__init__(self.text["en"])


class DeclarationError(Exception):
    """A slip in a declaration, for the person who wrote it: names file, place and slip."""

    def __init__(self, file: str, place: str, slip: str) -> None:
        """Join *file*, *place* and *slip* into the sentence shown."""
        super().__init__(": ".join(part for part in (file, place, slip) if part))


class NotReadable(Exception):  # noqa: N818 - a value that is not readable is a problem, no error
    """A typed or imported text that its kind cannot take; the text itself is kept by whoever asked."""

    def __init__(self, name: str, /, **params: Any) -> None:
        """Word the sentence *name* of the messages."""
        self.text = message(name, **params)
        super().__init__(self.text["en"])
