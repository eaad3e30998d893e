"""For whoever does not see the screen, or uses no mouse: everything has a name, says what is wrong, and shows the keyboard."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAction
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from desktop.gui import pages
from desktop.gui.announcing import announcer
from desktop.gui.look import SIGNS
from desktop.gui.register_page import RegisterPage
from tests.gui.clipping import settle
from tests.gui.conftest import press, type_text
from tests.sample import load_line, passage

# What a person types into, presses or goes through.
WORKED = QLineEdit | QPlainTextEdit | QComboBox | QAbstractButton | QAbstractItemView
# Qt's own parts of these.
INNER = ("qt_", "ScrollLeftButton", "ScrollRightButton")


@pytest.fixture(params=["IK-01", "HQ"])
def window(request, make_vault, open_window):
    """A prison's window, then that of headquarters, each with a record."""
    vault = make_vault(request.param)
    vault.records("gate_log").save(passage(), {"loads": [load_line()]}, ready=True)
    return open_window(vault)


def shown_pages(window):
    for key in [entry.key for entry in pages.entries(window.vault, window.words)]:
        window.show_page(key)
        page = window.pages[key]
        if isinstance(page, RegisterPage) and page.may_write:
            page.begin()
            for editor in page.form.lines_editors.values():
                editor.add.click()
        settle()
        yield key, page
        if isinstance(page, RegisterPage):
            page.form.is_dirty = False
            page.form.leave()


def worked(window):
    found = [w for w in window.findChildren(QWidget) if isinstance(w, WORKED) and w.isVisible()]
    return [w for w in found if not w.objectName().startswith(INNER) and w.focusPolicy() != Qt.FocusPolicy.NoFocus]


def spoken(widget):
    """What a screen reader calls a widget."""
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name).strip()


def test_everything_that_is_worked_with_has_a_name(window):
    nameless = {
        f"{key}: {type(w).__name__} {w.objectName()} in {type(w.parentWidget()).__name__}"
        for key, _ in shown_pages(window)
        for w in worked(window)
        if not spoken(w)
    }
    assert sorted(nameless) == []


def test_no_two_keys_of_a_page_clash_and_none_needs_ctrl_alt(window):
    slips = set()
    for key, page in shown_pages(window):
        actions = [a for w in (*ways_up(page), *page.findChildren(QWidget)) for a in w.actions() if a.isEnabled()]
        told = {}
        for action in dict.fromkeys(actions):
            for sequence in action.shortcuts():
                text = sequence.toString()
                if "Ctrl+Alt" in text or "Alt+Ctrl" in text:
                    slips.add(f"{key}: {text} needs Ctrl+Alt, which types letters")
                if clash := next((other for other in told.get(text, []) if is_heard_with(action, other)), None):
                    slips.add(f"{key}: {text} on {name_of(action)} and {name_of(clash)}")
                told.setdefault(text, []).append(action)
    assert sorted(slips) == []


def ways_up(widget):
    while widget.parentWidget():
        widget = widget.parentWidget()
        yield widget


def name_of(action):
    return f"{type(action.parent()).__name__} {action.text()}".strip()


def is_heard_with(action, other):
    """Tell whether both actions hear a key that is pressed on one place: then neither does, as Qt cannot choose."""
    one, two = action.parent(), other.parent()
    local = Qt.ShortcutContext.WidgetShortcut
    if not (isinstance(one, QWidget) and isinstance(two, QWidget) and one.isVisible() and two.isVisible()):
        return False
    if local in (action.shortcutContext(), other.shortcutContext()):
        return one is two
    return one is two or one.isAncestorOf(two) or two.isAncestorOf(one)


def test_ctrl_with_a_letter_answers_on_a_cyrillic_layout_too(window):
    deaf = set()
    for key, page in shown_pages(window):
        for action in page.findChildren(QAction):
            letters = [
                s.toString()[-1] for s in action.shortcuts() if s.toString().startswith("Ctrl+") and s.toString()[-1].isalpha()
            ]
            latin = [letter for letter in letters if letter.isascii() and len(letter) == 1]
            named = [s.toString() for s in action.shortcuts() if len(s.toString().rpartition("+")[2]) == 1]
            if latin and named and not any(not letter.isascii() for letter in letters):
                deaf.add(f"{key}: {named}")
    assert sorted(deaf) == []


def test_the_keyboard_is_seen_wherever_it_is(open_window, vault):
    window = open_window(vault)
    unseen = set()
    for key in (pages.SETTINGS, "gate_log", pages.PEOPLE, pages.BACKUPS):
        window.show_page(key)
        settle()
        for widget in [w for w in worked(window) if w.isEnabled() and isinstance(w, QAbstractButton | QLineEdit | QComboBox)]:
            window.rail.buttons[key].setFocus()
            settle()
            without = widget.grab().toImage()
            widget.setFocus(Qt.FocusReason.TabFocusReason)
            settle()
            if (
                widget.hasFocus()
                and widget.isVisible()
                and widget is not window.rail.buttons[key]
                and widget.grab().toImage() == without
            ):
                unseen.add(f"{key}: {type(widget).__name__} {spoken(widget)}")
    assert sorted(unseen) == []


def test_a_field_that_is_wrong_says_so_beside_its_name_and_by_a_sign(open_window, vault):
    window = open_window(vault)
    window.show_page("gate_log")
    form = window.pages["gate_log"].form
    window.pages["gate_log"].begin()
    row = next(row for row in form.rows() if row.field.name == "passed_on")
    row.editor.setFocus()
    row.editor.selectAll()
    heard = []
    announcer.said.connect(heard.append)
    type_text("32.13.2013")
    press(Qt.Key.Key_Tab)
    announcer.said.disconnect(heard.append)
    told = row.message.whole
    assert told.startswith(SIGNS["error"])
    described = QAccessible.queryAccessibleInterface(row.editor).text(QAccessible.Text.Description)
    assert told.removeprefix(SIGNS["error"]).strip() in described
    assert any(told.removeprefix(SIGNS["error"]).strip() in one and spoken(row.editor) in one for one in heard)
    form.is_dirty = False
