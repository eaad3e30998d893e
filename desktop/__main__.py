"""The program: without words it opens the window, with a command it works without one."""

import multiprocessing
import sys


def main() -> int:
    """Run the command line and give its exit code."""
    multiprocessing.freeze_support()
    from desktop.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
