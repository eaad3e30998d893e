"""List the texts that a fluent Kyrgyz speaker must review, and check that every text is there in every language.

`python -m desktop.registers.review` lists, with `--write` as a page of the documents; with `--check` it names what is
missing, does not fit or is out of date, and fails where anything is.
"""

import argparse
import csv
import string
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from desktop.registers.blocks import parse
from desktop.registers.labels import LANGUAGES, UNSURE
from desktop.registers.messages import FORMS
from desktop.registers.problems import DeclarationError
from desktop.registers.resources import RESOURCES

GLOSSARY = Path("i18n") / "glossary.csv"
PAGE = RESOURCES.parent / "docs" / "kyrgyz-review.md"
REVIEWED = "ky"
# The glossary's marks: sourced words, words formed by rule, and words that a speaker must choose.
SURE, TO_CHOOSE = ("yes", "likely"), "check"


@dataclass(frozen=True)
class Text:
    """One text of the resources in its languages, each one form or, where it is counted, a list of plural forms."""

    file: str
    place: str
    words: Mapping[str, Any]

    def forms(self, language: str) -> list[str]:
        """Give the forms of one language, none where it is missing."""
        said = self.words.get(language, [])
        return [str(form) for form in (said if isinstance(said, list) else [said])]

    @property
    def is_unsure(self) -> bool:
        """Tell whether the Kyrgyz is marked for review."""
        return any(form.startswith(UNSURE) for form in self.forms(REVIEWED))


def texts(folder: Path) -> Iterator[Text]:
    """Walk through every text declared in *folder*, in TOML or in a code list. Raises DeclarationError."""
    for path in sorted(folder.rglob("*.toml")):
        name = path.relative_to(folder).as_posix()
        yield from (Text(name, place, words) for place, words in _worded(parse(path), ""))
    yield from _pages(folder)
    for path in sorted((folder / "codes").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                words = {language: row[language] or "" for language in LANGUAGES}
                yield Text(f"codes/{path.name}", f"code {row['code']}", words)


def _pages(folder: Path) -> Iterator[Text]:
    """Walk through the pages of help, each as its heading says it."""
    for path in sorted((folder / "help").glob(f"*.{LANGUAGES[0]}.md")):
        name = path.name.partition(".")[0]
        files = {language: path.with_name(f"{name}.{language}.md") for language in LANGUAGES}
        words = {language: file.read_text("utf-8").partition("\n")[0] for language, file in files.items() if file.is_file()}
        yield Text(f"help/{name}.md", "page", words)


def _worded(value: Any, place: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Find the tables whose only words are languages, each with the names that lead to it."""
    if isinstance(value, dict):
        if value and value.keys() <= set(LANGUAGES):
            yield place, value
            return
        for word, inner in value.items():
            yield from _worded(inner, f"{place}, {word}" if place else word)
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            yield from _worded(inner, f"{place} {inner.get('name', number) if isinstance(inner, dict) else number}")


def read_glossary(folder: Path) -> list[dict[str, str]]:
    """Read the words that the Kyrgyz texts are made of, each with how sure it is."""
    with (folder / GLOSSARY).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def slips(text: Text, sure: set[str]) -> Iterator[str]:
    """Say what is wrong with *text*, *sure* being the Kyrgyz words that need no review."""
    for language in LANGUAGES:
        forms = text.forms(language)
        if not forms or not all(form.strip(f"{UNSURE} ") for form in forms):
            yield f"has no words for {language!r}"
    if any(isinstance(said, list) for said in text.words.values()):
        counted = {language: len(text.forms(language)) for language in LANGUAGES}
        if counted != FORMS:
            yield f"has {counted} plural forms where {FORMS} are needed"
    named = {language: frozenset[str]().union(*map(_placeholders, text.forms(language))) for language in LANGUAGES}
    if len(set(named.values())) > 1:
        yield "names different things in its languages: " + ", ".join(
            f"{language} {{{', '.join(sorted(names))}}}" for language, names in named.items()
        )
    if not text.is_unsure and text.words.get(REVIEWED) != text.words.get("ru") and not _is_sure(text, sure):
        said = " | ".join(text.forms(REVIEWED))
        yield f"the Kyrgyz {said!r} is no word of the glossary and no loan word: mark it with {UNSURE} for review"


def _placeholders(form: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(form) if name)


def _is_sure(text: Text, sure: set[str]) -> bool:
    """Tell whether the Kyrgyz is a word of the glossary; numbers and punctuation around it do not matter."""
    plain = (part for form in text.forms(REVIEWED) for part, _, _, _ in string.Formatter().parse(form))
    words = "".join(plain).strip(" …:.0123456789+–-").casefold()
    return not words or words in sure


def check(folder: Path) -> list[str]:
    """List every slip in the texts of *folder*. Raises DeclarationError where a file cannot be read."""
    sure = {row[REVIEWED].casefold() for row in read_glossary(folder) if row["sure"] in SURE}
    return [f"{text.file}: {text.place}: {slip}" for text in texts(folder) for slip in slips(text, sure)]


def review(folder: Path) -> Iterator[str]:
    """Write what a fluent Kyrgyz speaker must look at, as a page: the texts file by file, then the words to choose."""
    found = list(texts(folder))
    marked = [text for text in found if text.is_unsure]
    words = [row for row in read_glossary(folder) if row["sure"] == TO_CHOOSE]
    yield "# Kyrgyz texts to review"
    yield ""
    yield f"{len(marked)} of {len(found)} texts and {len(words)} words of the glossary wait for a fluent speaker."
    yield "Correct a text where it stands, in the file named above its table, and take its `?` away; then `make review` writes"
    yield "this page anew. What stands in {braces} is filled in by the program and stays as it is."
    for file, group in groupby(marked, key=lambda text: text.file):
        yield from _table(f"resources/{file}", "place", [_row(text) for text in group])
    used = "\n".join(form.casefold() for text in found for form in text.forms(REVIEWED))
    rows = [(_english(row, used), row[REVIEWED], f"{row['ru']} ({row['source']})") for row in words]
    yield from _table(f"resources/{GLOSSARY.as_posix()}", "English", rows)


def _row(text: Text) -> tuple[str, str, str]:
    said, russian = (" / ".join(text.forms(language)) for language in (REVIEWED, "ru"))
    return text.place.replace(", ", "."), said.replace(UNSURE, "", 1), russian


def _english(row: dict[str, str], used: str) -> str:
    return row["en"] if row[REVIEWED].casefold() in used else f"{row['en']} (not in use yet)"


def _table(heading: str, first: str, rows: list[tuple[str, str, str]]) -> Iterator[str]:
    yield from ("", f"## {heading}", "", f"| {first} | Kyrgyz | Russian |", "|---|---|---|")
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", "<br>") for cell in row) + " |"


def page(folder: Path) -> str:
    """Give the page of the texts to review."""
    return "\n".join(review(folder)) + "\n"


def main() -> int:
    """Write the texts to review, or check them all."""
    parser = argparse.ArgumentParser(description="texts to be reviewed by a fluent Kyrgyz speaker")
    parser.add_argument("--check", action="store_true", help="fail where a text lacks a language or does not fit")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    options = parser.parse_args()
    try:
        found, written = check(RESOURCES), page(RESOURCES)
    except DeclarationError as slip:
        print(slip, file=sys.stderr)
        return 1
    if options.write:
        PAGE.write_text(written, "utf-8")
        print(PAGE)
    elif options.check:
        if not PAGE.is_file() or PAGE.read_text("utf-8") != written:
            found.append(f"docs/{PAGE.name} is out of date: make review")
        sys.stderr.writelines(f"{line}\n" for line in found)
    else:
        print(written)
    return int(options.check and bool(found))


if __name__ == "__main__":
    sys.exit(main())
