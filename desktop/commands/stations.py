"""Stations and people on the command line: key files, enrolment, definitions packs, and who has a password here."""

import argparse
from pathlib import Path

from desktop.commands.outcome import DONE, REFUSED, Outcome, need
from desktop.exchange import enrolment, packs
from desktop.exchange.letters import LARGEST_LETTER
from desktop.registers.labels import Label
from desktop.registers.messages import message
from desktop.registers.problems import AppError
from desktop.store import station_keys
from desktop.store.people import everyone
from desktop.store.vault import Vault

_KEY_FILE = ".json"


def keys(vault: Vault, options: argparse.Namespace) -> Outcome:
    """Write the key file of this station, and give the words that are compared over the telephone."""
    _need_exchange(vault)
    path = enrolment.write_keys(vault, options.out)
    words = {zone: station_keys.fingerprint(station_keys.own(vault.zone(zone))) for zone in vault.zones}
    lines = [message("work.keys_written", file=path.name)]
    lines += [message("work.words", zone=_label(vault, zone), words=said) for zone, said in words.items()]
    return Outcome(lines, {"file": str(path), "words": words})


def enrol(vault: Vault, options: argparse.Namespace) -> Outcome:
    """Show whose keys a file holds, and enrol them where the person has compared the words."""
    _need_exchange(vault)
    is_key_file = options.file.suffix == _KEY_FILE
    file = enrolment.read_keys(options.file) if is_key_file else enrolment.read_handoff_keys(vault, options.file)
    found = [offer for offer in enrolment.offers(vault, file) if options.zone in (None, offer.zone)]
    lines, offered = [], []
    for offer in found:
        # Keys that were replaced once come from an old stick: the window does not offer to enrol them either.
        may = options.accept and offer.state != "older"
        if may:
            enrolment.accept(vault, offer)
        said = station_keys.fingerprint(offer.keys)
        state = message(f"work.keys_{offer.state}")
        lines.append(message("work.offer", zone=_label(vault, offer.zone), prison=offer.prison, state=state, words=said))
        offered.append({
            "zone": offer.zone, "prison": offer.prison, "station": offer.station, "state": offer.state,
            "vouched": offer.vouched, "words": said, "accepted": may,
        })  # fmt: skip
    is_done = all(one["accepted"] for one in offered) or not options.accept
    lines.append(message("work.enrolled" if options.accept else "work.compare"))
    return Outcome(lines if is_done else lines[:-1], {"offers": offered}, DONE if is_done else REFUSED)


def _need_exchange(vault: Vault) -> None:
    need(vault, "merge" if vault.station.is_headquarters else "hand_off")


def send_packs(vault: Vault, options: argparse.Namespace) -> Outcome:
    """Write the definitions pack that is applied here for every enrolled station."""
    need(vault, "definitions")
    paths = packs.write_packs(vault, options.out)
    return Outcome([Label.same(path.name) for path in paths], {"files": [str(path) for path in paths]})


def apply_pack(vault: Vault, options: argparse.Namespace) -> Outcome:
    """Tell what a definitions pack that came would change, and apply it where that is wished."""
    _need_exchange(vault)
    arrived = packs.read_pack(vault, options.file.name, _content(options.file))
    if options.apply:
        packs.apply_pack(vault, arrived.pack)
    lines = packs.summary(arrived.changes)
    return Outcome(lines, {"number": arrived.pack.number, "changes": len(arrived.changes), "applied": options.apply})


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_LETTER + 1)
    except OSError as error:
        raise AppError("file.not_readable", file=path.name) from error


def people(vault: Vault, _options: argparse.Namespace) -> Outcome:
    """List who has a password here, with roles, zones and wrong passwords since the last log-in."""
    found = everyone(vault.folder)
    lines = [Label.same("   ".join([p.name, p.state, ",".join(p.roles), ",".join(p.zones), str(p.failed)])) for p in found]
    told = [{"name": p.name, "state": p.state, "roles": [*p.roles], "zones": [*p.zones], "since": p.since, "failed": p.failed}
            for p in found]  # fmt: skip
    return Outcome(lines, {"people": told})


def _label(vault: Vault, zone: str) -> Label:
    return vault.definitions.codes["zones"].codes[zone].label
