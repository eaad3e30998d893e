"""The station that signed a hand-off is enrolled from that very file, once its words have been compared over the telephone."""

from PySide6.QtWidgets import QWidget

from desktop.exchange.enrolment import accept, keys_of, offers
from desktop.exchange.reading import Parsed
from desktop.gui import prompts
from desktop.gui.enrolment_prompts import ask_same_words
from desktop.gui.words import Words
from desktop.registers.problems import AppError
from desktop.store.vault import Vault


def enrol_sender(parent: QWidget, vault: Vault, words: Words, parsed: Parsed) -> bool:
    """Ask whether the words of the station that signed *parsed* are the same, and tell whether it was enrolled."""
    codes = vault.definitions.codes
    try:
        wanted = [offer for offer in offers(vault, keys_of(parsed)) if offer.state != "same"]
        whose = words.of(codes["prisons"].codes[wanted[0].prison].label) if wanted else ""
        zones = [(words.of(codes["zones"].codes[offer.zone].label), offer) for offer in wanted]
        if not wanted or not ask_same_words(parent, words, whose, zones):
            return False
        for offer in wanted:
            accept(vault, offer)
    except AppError as error:
        prompts.tell(parent, words, error)
        return False
    return True
