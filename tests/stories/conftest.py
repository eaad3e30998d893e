"""Stories are told in the real window."""

from tests.gui.conftest import no_questions, open_window, qapp, show_page

__all__ = ["no_questions", "open_window", "qapp", "show_page"]
