"""Which lines of a register say who takes part, and which who was there on which day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.registers.blocks import Block, check_names

_WORDS: dict[str, type | tuple[type, ...]] = {
    "people": str, "code": str, "name": str, "unit": str, "marks": str, "of": str, "on": str, "mark": str,
    "first": str, "last": str, "attended": str, "counts": list, "given": str, "paper": str, "dated": str, "until": str,
    "subject": str, "lasts": str,
}  # fmt: skip


@dataclass(frozen=True)
class Roll:
    """How a record calls the roll of its people, day by day.

    Each of *people* has a *code*, a *name* and a *unit*; each of *marks* is *of* a code, *on* a day from *first* to *last*, and
    says by *mark* whether the person was there. Of the marks, *counts* are days that count: their number is *attended*.
    Whoever was *given* a paper has its number in *paper*, its date in *dated*, and in *until* how long it is valid; *subject*
    and *lasts* of the record tell what it is for.
    """

    people: str
    code: str
    name: str
    unit: str
    marks: str
    of: str
    on: str
    mark: str
    first: str
    last: str
    attended: str
    counts: tuple[str, ...]
    given: str
    paper: str
    dated: str
    until: str
    subject: str
    lasts: str


def read_roll(file: str, words: object, own: Sequence[str], lines: Mapping[str, Sequence[str]], marks: Sequence[str]) -> Roll:
    """Read how a register calls the roll, knowing the names of its *own* fields and of those of its *lines*.

    *marks* are the codes that a mark may have. Raises DeclarationError.
    """
    block = Block(file, "roll", words, _WORDS)
    people, marked = (block.one_of(word, sorted(lines)) for word in ("people", "marks"))
    found = {"people": people, "marks": marked}
    found |= {word: block.one_of(word, lines[people]) for word in ("code", "name", "unit", "attended")}
    found |= {word: block.one_of(word, lines[people]) for word in ("given", "paper", "dated", "until")}
    found |= {word: block.one_of(word, lines[marked]) for word in ("of", "on", "mark")}
    found |= {word: block.one_of(word, own) for word in ("first", "last", "subject", "lasts")}
    counts = block.names("counts")
    check_names(block, "counts", counts, marks)
    return Roll(**found, counts=counts)
