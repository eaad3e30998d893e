"""The one question on which everything sealed and signed rests: whether the words are the same."""

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.exchange.enrolment import Offer
from desktop.gui.look import SIGNS, kind, label, scaled, sized, small
from desktop.gui.prompts import Prompt
from desktop.gui.words import Words
from desktop.gui.zone_card import day
from desktop.store.station_keys import Partner, fingerprint

WIDE = 620


def ask_same_words(parent: QWidget | None, words: Words, whose: str, wanted: Sequence[tuple[str, Offer]]) -> bool:
    """Show the words of a station's keys, zone by zone, and ask whether the other side has read out the same ones."""
    is_change = any(offer.before and offer.state != "another" for _, offer in wanted)
    text = words("same_words.changed" if is_change else "same_words.text", whose=whose)
    prompt = Prompt(parent, words("same_words.title", whose=whose), text)
    prompt.setMinimumWidth(sized(WIDE))
    for zone, offer in wanted:
        prompt.show_below(_card(words, zone, offer))
    # Enter alone must not vouch for anybody.
    prompt.answer_by([words("same_words.same"), words("same_words.not_same")], primary=1)
    return bool(prompt.exec()) and prompt.chosen == 0


def _card(words: Words, zone: str, offer: Offer) -> QFrame:
    card = QFrame()
    kind(card, "card")
    layout = QVBoxLayout(card)
    layout.setContentsMargins(12, 6, 12, 8)
    layout.setSpacing(2)
    layout.addWidget(small(label(zone, "second")))
    layout.addWidget(scaled(label(words.of(fingerprint(offer.keys)), "title"), 1.1))
    if offer.before:
        for text, name in _differences(words, offer, offer.before):
            layout.addWidget(small(label(text, name, wrap=True)))
    elif offer.state == "older":
        layout.addWidget(small(label(f"{SIGNS['warning']} {words('same_words.older')}", "warning", wrap=True)))
    return card


def _differences(words: Words, offer: Offer, before: Partner) -> list[tuple[str, str]]:
    """Tell what these keys would replace or stand beside, and who vouches for them."""
    told = {"day": day(before.since), "words": words.of(fingerprint(before.keys))}
    if offer.state == "another":
        return [(f"{SIGNS['warning']} {words('same_words.another', **told)}", "warning")]
    found = [(words("same_words.before", **told), "second")]
    if offer.state == "older":
        found.append((f"{SIGNS['warning']} {words('same_words.older')}", "warning"))
    if offer.vouched:
        found.append((f"{SIGNS['good']} {words('same_words.vouched')}", "good"))
    else:
        found.append((f"{SIGNS['warning']} {words('same_words.not_vouched')}", "warning"))
    return found
