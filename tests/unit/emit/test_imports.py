"""What only a draft needs is imported when a draft is written."""

from __future__ import annotations

import subprocess
import sys


def test_reporting_needs_no_heavy_package() -> None:
    modules = "json, message, revision, sql, terminal, verdict"
    code = (
        f"import sys; from autogen.emit import {modules}; from autogen.review import review;"
        "print({'alembic', 'black', 'sqlalchemy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
