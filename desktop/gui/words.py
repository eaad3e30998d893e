"""The language a person reads, and the words of the program in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop.registers.kinds import Reading, Value
from desktop.registers.messages import message
from desktop.registers.register import Field

# Each language by the name its speakers give it.
NAMES = {"ru": "Русский", "ky": "Кыргызча", "en": "English"}


@dataclass(frozen=True)
class Words:
    """Words in one language: call it with the name of a sentence."""

    language: str

    def __call__(self, name: str, /, **params: Any) -> str:
        """Word the sentence *name*."""
        return message(name, **params)[self.language]

    def of(self, label: Mapping[str, str]) -> str:
        """Give a label in this language."""
        return label[self.language]

    def month(self, month: str) -> str:
        """Write a month for people: март 2013."""
        from desktop.exchange.handoff import month_in_words

        return month_in_words(month, self.language)

    def show(self, value: Value, f: Field, reading: Reading) -> str:
        """Write *value* as its editor shows it."""
        return f.kind.show(value, f, reading, self.language)

    def brief(self, value: Value, f: Field, reading: Reading) -> str:
        """Write *value* as a list shows it: a choice by its label alone, an amount with its unit."""
        if value is None:
            return ""
        if f.codes:
            codes = reading.codes[f.codes].codes
            return ", ".join(self.of(codes[code].label) if code in codes else code for code in str(value).split())
        shown = self.show(value, f, reading)
        unit = reading.codes["units"].codes[f.unit].label[self.language] if f.unit else ""
        return f"{shown} {unit}" if unit else shown
