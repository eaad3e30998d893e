"""Keys that a station relies on can be replaced and come back, however fast."""

from desktop.store import sealing, station_keys
from desktop.store.station_keys import PublicKeys


def test_keys_that_come_back_within_a_second_are_relied_on_again(vault):
    zone = vault.zone("security")
    first, second = (PublicKeys(sealing.text(bytes([n]) * 32), sealing.text(bytes([n]) * 32)) for n in (1, 2))
    for keys in (first, second, first):
        station_keys.enrol(zone, "station", "IK-01", keys)
    known = station_keys.partner(zone, "station")
    assert known
    assert known.keys == first
    assert [one.keys for one in station_keys.partners(zone) if one.retired] == [second]
