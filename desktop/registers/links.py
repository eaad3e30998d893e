"""Which lines of a register name persons and prisons that appear together, and how well what is said of them is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.registers.blocks import Block, check_names

_WORDS: dict[str, type | tuple[type, ...]] = {
    "lines": str, "code": str, "name": str, "prison": str, "graded": str, "scheme": str, "gradings": list,
}  # fmt: skip


@dataclass(frozen=True)
class Links:
    """How records of a register connect those they speak of.

    Each of *lines* names a person by *code*, which tells who it is in every prison, or by *name*, which only may be the same
    person, and a *prison*. *graded* are the lines of statements, graded by *gradings*, codes of the group that *scheme* holds.
    """

    lines: str
    code: str
    name: str
    prison: str
    graded: str
    scheme: str
    gradings: tuple[str, ...]


def read_links(file: str, words: object, lines: Mapping[str, Sequence[str]]) -> Links:
    """Read what a register says of links, knowing the names of the fields of its *lines*. Raises DeclarationError."""
    block = Block(file, "links", words, _WORDS)
    naming, graded = (block.one_of(word, sorted(lines)) for word in ("lines", "graded"))
    code, name, prison = (block.one_of(word, lines[naming]) for word in ("code", "name", "prison"))
    scheme, gradings = block.one_of("scheme", lines[graded]), block.names("gradings")
    check_names(block, "gradings", gradings, lines[graded])
    return Links(naming, code, name, prison, graded, scheme, gradings)
