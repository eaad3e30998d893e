"""What somebody may do with the people of a station, derived from their roles and keys, and why not what they may not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from desktop.registers.labels import Label
from desktop.registers.messages import message
from desktop.store.keyring import ACTIVE, BLOCKED, REMOVED
from desktop.store.people import Person
from desktop.store.roles import Role, at_station, may_open, roles_of
from desktop.store.vault import Vault


@dataclass(frozen=True)
class Act:
    """One thing to do with a person, in a *zone* where it is about a key; *why_not* tells what keeps from it."""

    name: str
    zone: str = ""
    why_not: Label | None = None


def acts(vault: Vault, person: Person, everyone: Sequence[Person]) -> list[Act]:
    """List what the person of *vault* may do with *person*."""
    if person.state == REMOVED:
        return []
    if person.name == vault.person:
        return [Act("change_password"), *([Act("give_roles")] if vault.may("users") else [])]
    return [*_of_password(vault, person, everyone), *_of_users(vault, person, everyone)]


def _of_password(vault: Vault, person: Person, everyone: Sequence[Person]) -> Iterator[Act]:
    if vault.may("users") or set(person.zones) & set(vault.zones):
        yield Act("reset_password", why_not=_last_holder(vault, person, everyone))


def _of_users(vault: Vault, person: Person, everyone: Sequence[Person]) -> Iterator[Act]:
    if vault.may("users"):
        yield Act("give_roles")
        yield Act("unblock" if person.state == BLOCKED else "block")
        yield Act("remove", why_not=_last_holder(vault, person, everyone))


def acts_in(vault: Vault, zone: str, person: Person, everyone: Sequence[Person]) -> Act | None:
    """Tell what may be done about a person's key to *zone*: nothing where no role of the person opens it."""
    if person.state == REMOVED or (zone not in person.zones and not opens(vault, person, zone)):
        return None
    if zone in person.zones:
        return Act("shut_out", zone) if zone in vault.zones and person.name != vault.person else None
    if person.state == BLOCKED:
        return Act("let_in", zone, message("people.blocked", name=person.name))
    if zone in vault.zones:
        return Act("let_in", zone)
    return Act("let_in", zone, who_lets_in(vault, zone, everyone))


def who_lets_in(vault: Vault, zone: str, everyone: Sequence[Person]) -> Label:
    """Name those who may let somebody into *zone*."""
    label, holders = vault.definitions.codes["zones"].codes[zone].label, holders_of(zone, everyone)
    if not holders:
        return message("people_page.nobody_opens", zone=label)
    return message("people_page.who_lets_in", zone=label, names=", ".join(holders))


def holders_of(zone: str, everyone: Sequence[Person]) -> list[str]:
    """Name those who can open *zone* now."""
    return [person.name for person in everyone if person.state == ACTIVE and zone in person.zones]


def opens(vault: Vault, person: Person, zone: str) -> bool:
    """Tell whether a role of *person* opens *zone*."""
    return may_open(roles_of(vault.definitions), person.roles, zone)


def _last_holder(vault: Vault, person: Person, everyone: Sequence[Person]) -> Label | None:
    """Tell of the zone that nobody else could open if *person* lost the key."""
    for zone in person.zones:
        if not [name for name in holders_of(zone, everyone) if name != person.name]:
            label = vault.definitions.codes["zones"].codes[zone].label
            return message("people.last_holder", name=person.name, zone=label)
    return None


def roles_to_give(vault: Vault) -> list[Role]:
    """List the roles that the person of *vault* may give to somebody new."""
    here = at_station(roles_of(vault.definitions), headquarters=vault.station.is_headquarters)
    if vault.may("users"):
        return here
    return [role for role in here if role.zones and set(role.zones) <= set(vault.zones)]
