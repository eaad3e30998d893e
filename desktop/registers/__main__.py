"""Check the declarations: `python -m desktop.registers` counts them or names the first slip."""

import sys

from desktop.registers.declarations import load
from desktop.registers.problems import DeclarationError


def main() -> int:
    """Load everything and say how much there is."""
    try:
        definitions = load()
    except DeclarationError as slip:
        print(slip, file=sys.stderr)
        return 1
    print(f"{len(definitions.registers)} registers, {len(definitions.codes)} code lists")
    return 0


if __name__ == "__main__":
    sys.exit(main())
