from desktop.store.preferences import prefer, preference


def test_what_a_person_prefers_is_still_there_at_the_next_opening(vault, reopen):
    prefer(vault.zone("security"), "columns.seizures", ["number", "state"])

    again = reopen(vault)

    assert preference(again.zone("security"), "columns.seizures") == ["number", "state"]


def test_what_was_never_said_is_nothing(vault):
    assert preference(vault.zone("security"), "columns.seizures", []) == []


def test_a_preference_can_be_changed_and_forgotten(vault):
    zone = vault.zone("security")
    prefer(zone, "pinned", {"a": 1})
    prefer(zone, "pinned", {"a": "б"})
    assert preference(zone, "pinned") == {"a": "б"}

    prefer(zone, "pinned", None)

    assert preference(zone, "pinned") is None


def test_preferences_are_a_persons_own(vault):
    zone = vault.zone("security")
    prefer(zone, "pinned", ["route"])

    zone.person = "another"

    assert preference(zone, "pinned") is None
