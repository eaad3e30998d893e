"""The roles that people may have, as declared in `roles.toml`: which zones each may be let into, and what it may do there.

A role is no key. It tells the screens what to show and the store whom a zone's key may be sealed to; what a person can
read is decided by the keys sealed to that person alone.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from desktop.registers.blocks import Block, parse
from desktop.registers.declarations import Definitions
from desktop.registers.labels import Label
from desktop.registers.problems import AppError, DeclarationError
from desktop.registers.resources import RESOURCES

FILE = "roles.toml"
ACTIONS = ("write", "hand_off", "merge", "tables", "covers", "users", "backup", "definitions")
CHANGING = ("write", "merge")
PLACES = ("prison", "headquarters")

_WORDS: dict[str, type | tuple[type, ...]] = {
    "name": str, "at": list, "zones": list, "actions": list, "label": Label, "purpose": Label,
}  # fmt: skip


@dataclass(frozen=True)
class Role:
    """What a post in a prison or at headquarters may do: *zones* bounds what it may be let into."""

    name: str
    label: Label
    purpose: Label
    at: tuple[str, ...]
    zones: tuple[str, ...]
    actions: tuple[str, ...]


Roles = Mapping[str, Role]


def roles_of(definitions: Definitions) -> Roles:
    """Give the program's roles and those a service declares beside its own registers. Raises DeclarationError."""
    folders = (RESOURCES, *(folder for folder in definitions.folders if folder != RESOURCES))
    return _read(folders, tuple(definitions.codes["zones"].codes))


@cache
def _read(folders: tuple[Path, ...], zones: tuple[str, ...]) -> Roles:
    roles: dict[str, Role] = {}
    for path in (folder / FILE for folder in folders):
        if not path.exists():
            continue
        for block in Block(path.name, "", parse(path), {"role": list}).parts("role", _WORDS):
            role = _role(block, zones)
            if roles.setdefault(role.name, role) != role:
                raise DeclarationError(path.name, role.name, "this role is declared twice")
    return roles


def _role(block: Block, zones: tuple[str, ...]) -> Role:
    found = {word: block.names(word) for word in ("at", "zones", "actions")}
    for word, known in (("at", PLACES), ("zones", zones), ("actions", ACTIONS)):
        for name in found[word]:
            if name not in known:
                block.refuse(f"{word} names {name!r}, which is none of {', '.join(known)}")
    return Role(name=block.name(), label=block.get("label"), purpose=block.get("purpose"), **found)


def at_station(roles: Roles, *, headquarters: bool) -> list[Role]:
    """List the roles that a station of this kind has."""
    place = "headquarters" if headquarters else "prison"
    return [role for role in roles.values() if place in role.at]


def check(roles: Roles, names: Collection[str], *, headquarters: bool) -> None:
    """Refuse *names* that are no roles of a station of this kind, and none at all. Raises AppError."""
    known = {role.name for role in at_station(roles, headquarters=headquarters)}
    if strange := [name for name in names if name not in known]:
        raise AppError("people.unknown_role", role=", ".join(strange))
    if not names:
        raise AppError("people.role_needed")


def may_open(roles: Roles, names: Iterable[str], zone: str) -> bool:
    """Tell whether somebody with the roles *names* may be let into *zone*."""
    return any(zone in roles[name].zones for name in names if name in roles)


def may(roles: Roles, names: Iterable[str], action: str, zone: str | None = None) -> bool:
    """Tell whether the roles *names* allow *action*, in *zone* where it is named; a role acts in its own zones only."""
    own = [roles[name] for name in names if name in roles]
    # A zone that a service has added and no role names yet belongs to whoever holds its key.
    nobodys = zone is not None and not any(zone in role.zones for role in roles.values())
    return any(action in role.actions and (zone is None or nobodys or zone in role.zones) for role in own)
