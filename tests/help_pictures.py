"""Take the pictures of the help: `python -m tests.help_pictures` opens the window on an invented station in every language."""

from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication

from desktop.demo import practice
from desktop.gui.look import dress
from desktop.gui.main_window import MainWindow
from desktop.registers.declarations import load
from desktop.registers.help_pages import HELP
from desktop.registers.labels import LANGUAGES
from desktop.store import clock
from desktop.store.keyring import PRACTICE_PASSWORD
from desktop.store.vault import open_vault
from tests.pictures import HEIGHT, MOMENT, WIDTH, settle

# As wide as the help shows them.
SHOWN = 780


def take_all(out=HELP / "pictures"):
    clock.now = lambda: MOMENT
    out.mkdir(exist_ok=True)
    definitions = load()
    app = QApplication([])
    dress(app)
    with TemporaryDirectory() as folder:
        for language in LANGUAGES:
            station = practice.folder_of(Path(folder) / language)
            practice.begin(station, definitions, language)
            window = MainWindow(station, definitions, language)
            window.resize(WIDTH, HEIGHT)
            window.show()
            settle()
            save(window, out / f"first_screen-{language}.png", QRect(WIDTH // 2 - SHOWN // 2, 130, SHOWN, 390))
            with open_vault(station, definitions, PRACTICE_PASSWORD) as vault:
                window.open(vault)
                for name, arrange in (("record", show_a_record), ("backups", show("backups")), ("hand_off", show("hand_off"))):
                    arrange(window)
                    settle()
                    save(window, out / f"{name}-{language}.png")
                window.hide()


def show(page):
    return lambda window: window.show_page(page)


def show_a_record(window):
    register = next(iter(window.vault.registers)).name
    window.show_page(register)
    page = window.pages[register]
    page.open(page.model.row(0)["uid"])


def save(window, path, part=None):
    picture = window.grab(part or window.rect()).toImage().scaledToWidth(SHOWN, Qt.TransformationMode.SmoothTransformation)
    if not picture.save(str(path)):
        raise OSError(f"{path.name} was not written")


if __name__ == "__main__":
    take_all()
