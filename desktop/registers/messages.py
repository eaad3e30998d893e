"""The sentences of the program itself, declared in `resources/messages/` and worded in all languages at once.

A sentence is asked for by its name (`message("merge.done", files=3)`) and comes back as a Label, so whoever raises a
problem need not know who will read it. Two declared forms make a plural: a list is chosen from by the number *n*.
"""

import tomllib
from functools import cache
from typing import Any

from desktop.registers.labels import LANGUAGES, Label
from desktop.registers.resources import RESOURCES

Forms = str | list[str]

# How many plural forms each language has (Unicode CLDR): 1 запись, 2 записи, 5 записей; 1 жазуу; 1 record, 2 records.
FORMS = {"ru": 3, "ky": 1, "en": 2}


@cache
def sentences() -> dict[str, dict[str, Forms]]:
    """Read every declared sentence: name to language to its form or plural forms."""
    found: dict[str, dict[str, Forms]] = {}
    for path in sorted((RESOURCES / "messages").glob("*.toml")):
        for group, entries in tomllib.loads(path.read_text("utf-8")).items():
            for name, words in entries.items():
                found[f"{group}.{name}"] = {language: _sure(words[language]) for language in LANGUAGES}
    return found


def _sure(words: Forms) -> Forms:
    if isinstance(words, list):
        return [form.removeprefix("?") for form in words]
    return words.removeprefix("?")


def message(name: str, /, **params: Any) -> Label:
    """Word the sentence *name* in every language; a parameter may itself be a Label."""
    forms = sentences()[name]
    return Label({language: _worded(forms[language], language, params) for language in LANGUAGES})


def _worded(forms: Forms, language: str, params: dict[str, Any]) -> str:
    form = forms[plural(language, params["n"])] if isinstance(forms, list) else forms
    return form.format(**{k: v[language] if isinstance(v, Label) else v for k, v in params.items()})


def plural(language: str, n: int) -> int:
    """Choose the plural form of *n*: ru has three (1 запись, 2 записи, 5 записей), ky one, en two (Unicode CLDR)."""
    if language == "ru":
        if n % 10 == 1 and n % 100 != 11:
            return 0
        return 1 if 2 <= n % 10 <= 4 and not 12 <= n % 100 <= 14 else 2
    return 0 if language == "ky" else int(n != 1)
