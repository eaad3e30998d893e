"""What every command gives back, and what a person's role must allow before it begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from desktop.registers.labels import Label
from desktop.registers.problems import AppError

if TYPE_CHECKING:
    from desktop.store.vault import Vault

DONE, REFUSED = 0, 1


@dataclass(frozen=True)
class Outcome:
    """What a command came to: lines for people, one object for programs, and the exit code."""

    lines: Sequence[Label]
    result: dict[str, Any]
    code: int = DONE


def need(vault: "Vault", action: str, zone: str | None = None) -> None:
    """Refuse what the role of the person does not allow, as the window shows it to nobody else. Raises AppError."""
    if not vault.may(action, zone):
        raise AppError("work.not_your_role", person=vault.person)
