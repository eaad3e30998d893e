"""The core by hand, in a real window under a window manager: logged in, clicked, typed in two layouts, locked: `make smoke`.

What is pressed while the program works is lost, as it is for a person; so it is let come to rest before.
"""

import pytest

from desktop.registers.declarations import load
from desktop.registers.kinds import MILLIONTHS
from desktop.store.vault import create_vault, open_vault
from tests.smoke.screen import MISSING, Screen

PERSON, PASSWORD = "Асанов А.", "depter-2013"
# On the first page: the card of the first register. At the foot of the rail: the button that locks.
FIRST_CARD, LOCK = (300, 80), (90, -20)


@pytest.fixture
def station(tmp_path):
    folder = tmp_path / "station"
    create_vault(folder, load(), prison="IK-08", person=PERSON, password=PASSWORD, profile="cheapest").close()
    return folder


@pytest.fixture
def screen(tmp_path):
    assert MISSING == [], "not installed"
    made = Screen()
    yield made
    made.picture(tmp_path / "last.png")
    made.end()


def records_of(station):
    with open_vault(station, load(), PASSWORD) as vault:
        return sorted(vault.records("seizures").all(), key=lambda one: one.record["seized_on"])


def type_seizure(screen, day, *, place, substance, quantity, unit):
    """Type a seizure with one item, and go on to the next."""
    screen.type(day)
    screen.press("Return", "Return")
    screen.type(place)
    screen.press("Return", "Return")
    screen.type("par")
    screen.press("Return", "Next", "Return")
    for text in (substance, quantity, unit):
        screen.type(text)
        screen.press("Return")
    screen.press("Next", "Next")
    screen.type("n")
    screen.press("Return")
    screen.type("prm")
    screen.press("Return", "ctrl+Return")
    screen.rest()


def test_two_seizures_are_typed_in_two_layouts_and_a_third_comes_back_after_the_lock(station, screen):
    screen.layout("us")
    screen.open(station)
    screen.type(PASSWORD)
    screen.press("Return")
    screen.rest()
    screen.click(*FIRST_CARD)
    screen.rest()

    screen.press("Insert")
    # In the layout of the codes.
    type_seizure(screen, "280313", place="cel", substance="opi-her", quantity="0,35", unit="g")
    screen.layout("kg")
    # In Kyrgyz: words as they are, and codes typed with the wrong layout.
    type_seizure(screen, "290313", place="каме", substance="гаш", quantity="12", unit="г")

    # A third is begun, the station locked, and opened again.
    screen.type("300313")
    screen.press("Return")
    screen.click(*LOCK)
    screen.rest()
    screen.layout("us")
    screen.type(PASSWORD)
    screen.press("Return")
    screen.rest()
    screen.press("alt+2")
    screen.rest()
    screen.press("Insert")
    screen.rest()
    # It is asked whether to go on with what was left.
    screen.press("Return")
    screen.rest()
    screen.press("F2")
    screen.rest()
    screen.press("alt+F4")
    screen.program.wait(120)

    first, second, third = records_of(station)
    assert [(one.record["state"], one.record["location"], one.record["entry_route"]) for one in (first, second)] == [
        ("READY", "CEL", "PAR"),
        ("READY", "CEL", "PAR"),
    ]
    assert [(line["substance"], line["quantity"], line["unit"]) for line in first.lines["items"]] == [
        ("OPI-HER", MILLIONTHS * 35 // 100, "G")
    ]
    assert [(line["substance"], line["quantity"], line["unit"]) for line in second.lines["items"]] == [
        ("CAN-RES", MILLIONTHS * 12, "G")
    ]
    assert (third.record["state"], third.record["seized_on"]) == ("DRAFT", "2013-03-30")
