"""What the program is: its version, its declarations, its licence, and whose work is shipped with it."""

from desktop import __version__
from desktop.gui.words import Words
from desktop.registers.declarations import Definitions
from desktop.registers.resources import RESOURCES

LICENCE, NOTICE = "LICENSE", "NOTICE"


def about(definitions: Definitions, words: Words) -> str:
    """Tell in Markdown what the program is and under which licences it comes."""
    counts = words("about.counts", registers=len(definitions.registers), lists=len(definitions.codes))
    facts = [words("about.version", version=__version__), counts, words("about.mark", mark=definitions.fingerprint)]
    parts = [f"## {words('window.program')}", words("about.what"), "\n".join(f"- {fact}" for fact in facts)]
    for name in (LICENCE, NOTICE):
        if text := _shipped(name):
            parts += [f"### {words(f'about.{name.lower()}')}", text]
    return "\n\n".join(parts)


def _shipped(name: str) -> str:
    """Read a text that lies beside the resources, as it is set: its lines are kept."""
    path = RESOURCES.parent / name
    text = path.read_text("utf-8") if path.is_file() else ""
    return "\n".join(f"    {line}" for line in text.splitlines())
