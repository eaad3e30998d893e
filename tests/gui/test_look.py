"""How it looks: every text whole in every language, at every size of letters and window, and dark enough to read."""

import itertools
import re

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from desktop.gui import pages
from desktop.gui.look import DARK, LIGHT, dress
from desktop.gui.main_window import MainWindow
from desktop.gui.register_page import RegisterPage
from desktop.registers.labels import LANGUAGES
from desktop.registers.resources import RESOURCES
from desktop.store.settings import Settings, write_settings
from tests.gui.clipping import clipped, settle
from tests.sample import load_line, passage

STYLE = (RESOURCES / "style" / "window.qss").read_text("utf-8")
# Text as the style sheet and the pages set it, each on the grounds where it stands.
TEXTS = ("ink", "second", "faint", "accent", "error", "warning", "good")
GROUNDS = ("ground", "card")
TINTED = {
    ("ink", "tint"), ("accent", "tint"), ("error", "error_tint"), ("ink", "error_tint"), ("warning", "warning_tint"),
    ("ink", "warning_tint"), ("card", "accent"), ("card", "deep"), ("ink", "practice"),
}  # fmt: skip
LEAST = 4.5
LARGE, SMALL = (1366, 728), (960, 520)


def brightness(colour):
    """The relative luminance of WCAG 2.1."""
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in QColor(colour).getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one, other):
    darker, lighter = sorted((brightness(one), brightness(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_stands_out_from_its_ground(scheme):
    pairs = {*itertools.product(TEXTS, GROUNDS), *TINTED}
    faint = {pair: round(contrast(scheme[pair[0]], scheme[pair[1]]), 2) for pair in pairs}
    assert {pair: found for pair, found in faint.items() if found < LEAST} == {}


def test_both_schemes_name_the_same_colours_and_the_style_sheet_has_none_of_its_own():
    assert LIGHT.keys() == DARK.keys()
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{]*})", STYLE) == []


@pytest.fixture
def shown(qapp, vault, definitions, no_questions):
    """Show the open station, dressed as always afterwards."""
    records = vault.records("gate_log")
    for _ in range(3):
        records.save(passage(), {"loads": [load_line()]}, ready=True)
    made = []

    def show(language, width, height, points, scheme="light"):
        write_settings(vault.folder, vault.person, Settings(language, points, scheme))
        window = MainWindow(vault.folder, definitions, language)
        window.resize(width, height)
        window.open(vault)
        window.show()
        made.append(window)
        return window

    yield show
    for window in made:
        window.hide()
        window.vault = None  # or closing would back the station up first
        window.deleteLater()
    # Or every widget that is still there would be dressed anew.
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    dress(qapp)


def show_each(window):
    """Show every page, a register with its first record open, or a new one."""
    for key in [entry.key for entry in pages.entries(window.vault, window.words)]:
        window.show_page(key)
        page = window.pages[key]
        if isinstance(page, RegisterPage):
            page.begin()
        settle()
        yield key
        if isinstance(page, RegisterPage):
            page.form.is_dirty = False


# Kyrgyz has the longest words.
@pytest.mark.parametrize(("language", "points"), [*itertools.product(LANGUAGES, [9]), ("ky", 14)])
def test_no_text_is_cut(shown, language, points):
    window = shown(language, *LARGE, points)
    assert QApplication.font().pointSize() == points
    cut = []
    for key in show_each(window):
        for size in (LARGE, SMALL) if points == 9 else (LARGE,):
            window.resize(*size)
            settle()
            cut += [f"{key}: {one}" for one in clipped(window)]
            if (window.width(), window.height()) != size:
                cut.append(f"{key}: the window grew to {window.width()} x {window.height()}")
    assert "\n".join(sorted(set(cut))) == ""
