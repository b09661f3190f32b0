"""The environment with the applications: made once beside .venv, again when their versions change."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "fixtures" / "applications" / "requirements.txt"


class Unavailable(Exception):
    """The applications could not be installed."""


def environment() -> Path:
    """The folder of the environment; ``AUTOGEN_TEST_APPLICATIONS`` names one that is there already."""
    given = os.environ.get("AUTOGEN_TEST_APPLICATIONS")
    if given:
        return Path(given)
    home = ROOT / ".venv-applications"
    home.mkdir(exist_ok=True)
    lock = os.open(home, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _made(home)
    finally:
        os.close(lock)


def _made(home: Path) -> Path:
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    stamp = home / "installed"
    if stamp.exists() and stamp.read_text() == wanted:
        return home
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True, capture_output=True)
    pip = [str(home / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*pip, "-r", str(REQUIREMENTS)], check=False, capture_output=True, text=True)
    if done.returncode:
        raise Unavailable(f"the applications could not be installed: {done.stderr.strip()[-400:]}")
    stamp.write_text(wanted)
    return home
