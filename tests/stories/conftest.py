"""Stories are told in the real window."""

from tests.gui.conftest import asked, no_questions, open_window, qapp, show_page

__all__ = ["asked", "no_questions", "open_window", "qapp", "show_page"]
