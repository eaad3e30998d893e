"""Make a field of its declared words, and refuse words that make none."""

from difflib import get_close_matches

from desktop.registers.blocks import Block
from desktop.registers.codes import DAY, CodeList
from desktop.registers.kinds import KINDS, MILLIONTHS
from desktop.registers.labels import Label
from desktop.registers.register import TODAY, Field

FIELD_WORDS: dict[str, type | tuple[type, ...]] = {
    "name": str, "kind": str, "label": Label, "hint": Label, "section": str, "required": bool, "ask_if": str,
    "value": str, "default": (str, int, float), "codes": str, "group": str, "register": str, "unit": str,
    "min": (int, float), "max": (int, float), "digits": int, "precision": str, "coarse": bool, "future": bool,
    "length": int, "identifies": bool, "sticky": bool, "until": str,
}  # fmt: skip

_CHOICES = ("choice", "choices")
_NUMBERS = tuple(name for name, kind in KINDS.items() if kind.is_number)
# Words that have a meaning with some kinds only.
_KINDS_OF_WORDS: dict[str, tuple[str, ...]] = {
    "codes": _CHOICES, "group": _CHOICES, "register": ("reference",), "unit": _NUMBERS, "min": _NUMBERS, "max": _NUMBERS,
    "digits": ("decimal",), "precision": ("date",), "coarse": ("date",), "future": ("date",), "length": ("text",),
}  # fmt: skip


def make_field(block: Block, section: str, codes: dict[str, CodeList]) -> Field:
    """Make one field; where it chooses from a group of a code list, *codes* gets that group. Raises DeclarationError."""
    name = block.name()
    kind = block.one_of("kind", tuple(KINDS))
    for word, kinds in _KINDS_OF_WORDS.items():
        if word in block.words and kind not in kinds:
            block.refuse(f"{word!r} goes with the kinds {', '.join(kinds)} only")
    words = {word: value for word, value in block.words.items() if word not in ("kind", "group")}
    words |= {"name": name, "kind_name": kind, "label": block.get("label"), "section": section}
    if kind in _CHOICES:
        words["codes"] = _code_list(block, codes)
    if kind == "decimal" and isinstance(words.get("default"), int | float):
        words["default"] = round(words["default"] * MILLIONTHS)
    made = Field(**words)
    if made.unit and made.unit not in codes["units"].codes:
        block.refuse(f"unit = {made.unit!r} is no code of units")
    _check(block, made)
    _check_limits(block, made)
    if made.default is not None and not is_value(made, made.default, codes):
        block.refuse(f"the default {made.default!r} is no {kind}" + (f" of {made.codes}" if made.codes else ""))
    return made


def _code_list(block: Block, codes: dict[str, CodeList]) -> str:
    """Name the list that a choice is made from: a file's, or one group of it as a list of its own."""
    name, group = str(block.get("codes")), block.words.get("group", "")
    if name not in codes:
        near = get_close_matches(name, codes, 1)
        block.refuse(f"the code list {name!r} is unknown" + (f", did you mean {near[0]!r}?" if near else ""))
    if not group:
        return name
    part = codes[name].only(group)
    if not part.codes:
        block.refuse(f"the code list {name!r} has no group {group!r}")
    if codes.setdefault(part.name, part).whole != name:
        block.refuse(f"the group {group!r} of {name!r} would have the name of the code list {part.name!r}")
    return part.name


def _check(block: Block, made: Field) -> None:
    if made.kind_name == "reference" and not made.register:
        block.refuse("the word 'register' is missing: whose records it refers to")
    if made.precision not in ("day", "month", "year"):
        block.refuse(f"precision = {made.precision!r} is unknown: day, month or year")
    if made.coarse and made.precision == "day":
        block.refuse("a coarse date needs precision month or year")
    if made.until and not DAY.fullmatch(made.until):
        block.refuse(f"until = {made.until!r} is no day: 2013-03-28, 2013-03 or 2013")
    if made.value and (made.required or made.ask_if or made.default is not None or made.sticky):
        block.refuse("a field with 'value' is computed: required, ask_if, default and sticky have no meaning")


def _check_limits(block: Block, made: Field) -> None:
    if made.min is not None and made.max is not None and made.min > made.max:
        block.refuse(f"min = {made.min!r} is more than max = {made.max!r}")
    if not 0 <= made.digits <= 6:
        block.refuse(f"digits = {made.digits} cannot be kept: 0 to 6")
    if made.length < 1:
        block.refuse(f"length = {made.length} leaves no room")


def is_value(made: Field, default: object, codes: dict[str, CodeList]) -> bool:
    """Tell whether *default* is a value of the field's kind."""
    if made.kind.column == "INTEGER":
        return isinstance(default, int) and (made.kind_name != "yes_no" or default in (0, 1))
    if not isinstance(default, str):
        return False
    if made.codes:
        chosen = default.split() if made.kind_name == "choices" else [default]
        return all(code in codes[made.codes].codes for code in chosen)
    return made.kind_name != "date" or default == TODAY or bool(DAY.fullmatch(default))
