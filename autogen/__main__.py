"""``python -m autogen``."""

import sys

from autogen.cli import main

if __name__ == "__main__":
    sys.exit(main())
