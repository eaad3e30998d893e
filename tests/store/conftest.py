from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from desktop.store.keyring import Newcomer
from desktop.store.vault import Vault, make_station, open_vault

ADMIN, OFFICER, MEDIC, TRAINER = "Асанов А.", "Бекова Г.", "Врачова Д.", "Тренеров Т."
HOLDERS = {"security": OFFICER, "intelligence": OFFICER, "health": MEDIC, "training": TRAINER}
ROLES = {ADMIN: "administrator", OFFICER: "security_officer", MEDIC: "prison_medic", TRAINER: "training_officer"}


def password_of(name: str) -> str:
    return f"пароль: {name}"


def newcomer(name: str, *roles: str) -> Newcomer:
    return Newcomer(name, roles or (ROLES[name],), password_of(name))


@dataclass
class People:
    """A prison with an administrator, an officer, a medic and a trainer, each holding their own zones."""

    folder: Path
    codes: dict[str, str]
    log_in: Callable[..., Vault]

    def with_second_medic(self, name: str = "Эралиев Э.") -> str:
        """Let another medic into health."""
        from desktop.store import people

        with self.log_in(ADMIN) as vault:
            people.add(vault, newcomer(name, "prison_medic"))
        with self.log_in(MEDIC) as vault:
            people.let_in(vault, "health", name, password_of(name))
        return name


@pytest.fixture
def station(tmp_path, definitions):
    """Make a prison whose people hold the keys of their own zones only."""
    folder = tmp_path / "IK-01"
    people = [newcomer(name) for name in ROLES]
    codes = make_station(folder, definitions, prison="IK-01", people=people, holders=HOLDERS, profile="cheapest")
    with ExitStack() as opened:

        def log_in(name: str, password: str | None = None, **words: Any) -> Vault:
            return opened.enter_context(open_vault(folder, definitions, password or password_of(name), name, **words))

        yield People(folder, codes, log_in)
