"""Where the packaged program starts: decoder processes first, then the same main as `python -m medviewer`."""

from __future__ import annotations

import multiprocessing
import sys

if __name__ == "__main__":
    # A frozen program's spawned process starts this file again; this line makes it the worker it is meant to be.
    multiprocessing.freeze_support()
    from medviewer.__main__ import main

    sys.exit(main())
