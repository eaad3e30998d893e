"""Stations that get to know each other, as if their words had been compared over the telephone."""

from desktop.store import station_keys


def meet(one, other):
    """Enrol two stations with each other in every zone that both can open."""
    for vault, partner in ((one, other), (other, one)):
        for zone in {*vault.zones} & {*partner.zones}:
            keys = station_keys.own(partner.zone(zone))
            station_keys.enrol(vault.zone(zone), partner.station.id, partner.station.prison, keys)
