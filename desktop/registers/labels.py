"""Words in the three languages, kept together from the declaration to the screen."""

from collections.abc import Mapping

LANGUAGES = ("ru", "ky", "en")
UNSURE = "?"


class Label(dict[str, str]):
    """One text in every language of the program; *unsure* holds the languages a fluent speaker must still review."""

    unsure: frozenset[str] = frozenset()

    @classmethod
    def of(cls, words: Mapping[str, str]) -> "Label":
        """Make a label of declared words, in which a leading `?` marks a translation to review.

        Raises ValueError naming the language that is missing, empty or unknown.
        """
        for language in LANGUAGES:
            if not isinstance(words.get(language), str) or not words[language].strip(f"{UNSURE} "):
                raise ValueError(f"has no words for {language!r}")
        if strangers := set(words) - set(LANGUAGES):
            raise ValueError(f"has words for the unknown language {min(strangers)!r}")
        label = cls({language: words[language].removeprefix(UNSURE).strip() for language in LANGUAGES})
        label.unsure = frozenset(language for language in LANGUAGES if words[language].startswith(UNSURE))
        return label

    @classmethod
    def same(cls, text: str) -> "Label":
        """Make a label of a text that is the same in every language: a number, a name, a file name."""
        return cls(dict.fromkeys(LANGUAGES, text))
