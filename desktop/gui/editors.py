"""The editor of each kind of field: it takes text as a person types it, and the kind reads that text."""

from collections.abc import Callable

from desktop.gui.choice_editor import MOST_SUGGESTIONS, ChoiceEditor
from desktop.gui.date_editor import DateEditor
from desktop.gui.line_editor import Context, Editor, LineEditor, NoteEditor
from desktop.registers.register import Field
from desktop.store.records import Filter


def make_editor(field: Field, context: Context) -> Editor:
    """Make the editor of a field's kind."""
    return EDITORS[field.kind_name](field, context)


def _choice(field: Field, context: Context) -> LineEditor:
    codes = context.zone.definitions.codes[field.codes]

    def suggest(text: str) -> list[str]:
        day = context.day()
        found = codes.suggest(text, most=len(codes.codes))
        if not text and context.habits:
            lately = [code for code in context.habits.recent(context.table, field) if code in codes.codes]
            found = list(dict.fromkeys([*lately, *found]))
        return [codes.show(code, context.words.language) for code in found if not day or codes.codes[code].is_valid(day)]

    return ChoiceEditor(field, context, suggest, several=field.kind_name == "choices")


def _reference(field: Field, context: Context) -> LineEditor:
    records = context.zone.records(field.register)

    def suggest(text: str) -> list[str]:
        rows = records.rows(records.search(Filter(text=text))[:MOST_SUGGESTIONS])
        return [context.zone.describe(field.register, row["number"]) or row["number"] for row in rows]

    return ChoiceEditor(field, context, suggest)


def _yes_no(field: Field, context: Context) -> LineEditor:
    words = [context.words("value.yes"), context.words("value.no")]
    return ChoiceEditor(field, context, lambda text: [w for w in words if w.casefold().startswith(text.casefold())])


EDITORS: dict[str, Callable[[Field, Context], Editor]] = {
    "text": LineEditor,
    "note": NoteEditor,
    "integer": LineEditor,
    "decimal": LineEditor,
    "date": DateEditor,
    "time": LineEditor,
    "yes_no": _yes_no,
    "choice": _choice,
    "choices": _choice,
    "reference": _reference,
}
