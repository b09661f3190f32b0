"""Real applications: what autogen reports in them, unconfigured, is what differs, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import URL

from tests.applications.environment import ROOT, Unavailable, environment

pytestmark = pytest.mark.applications
FIXTURES = ROOT / "fixtures" / "applications"


@pytest.fixture(scope="session")
def installed() -> Path:
    try:
        return environment()
    except Unavailable as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))


@pytest.mark.parametrize("backend", ["sqlite", "pg18"])
@pytest.mark.parametrize("name", sorted(path.stem for path in FIXTURES.glob("*.toml")))
def test_every_difference_is_real(name: str, database_url: URL, installed: Path, tmp_path: Path) -> None:
    case = tomllib.loads((FIXTURES / f"{name}.toml").read_text("utf-8"))
    run = Application(case, installed, database_url, tmp_path)
    run.migrate()
    done = run.autogen("diff", "--dry-run", "--no-input", "--format", "json")
    backend = database_url.get_backend_name()
    unproven = case.get("unproven", {}).get(backend)
    assert done.returncode == (1 if unproven else 0), done.stderr + done.stdout[:2000]
    report = json.loads(done.stdout)
    differences = case.get("differences", [])
    assert wholes(report) == {d["change"] for d in differences if d.get("on", backend) == backend}
    assert unproven in report["reason"] if unproven else report["verified"] in (True, None)
    if "not_compared" in case:
        assert [left["object"] for left in report["not_compared"]] == case["not_compared"]


def wholes(report: Mapping[str, Any]) -> set[str]:
    """What changes, without the parts of tables that come or go with them."""
    changes = [(c["action"], c["object"]) for c in report["changes"]]
    tables = {(action, name) for action, name in changes if action in ("create", "drop") and "." not in name}
    return {
        f"{a} {name}" for a, name in changes if (a, name.partition(".")[0]) not in tables or "." not in name
    }


class Application:
    """One application with a database of its own."""

    def __init__(self, case: Mapping[str, Any], installed: Path, url: URL, folder: Path) -> None:
        self.case, self.installed, self.folder = case, installed, folder
        driver = case.get("drivers", {}).get(url.get_backend_name())
        shown = url.set(drivername=driver) if driver else url
        self.words = {"url": shown.render_as_string(False), "folder": str(folder)}
        self.home = next((installed / "lib").glob("python*/site-packages")) / case["folder"]
        self.words["home"] = str(self.home)
        (self.home / "pyproject.toml").touch()  # a project's own folder, wherever it was installed
        for name, text in case.get("files", {}).items():
            (folder / name).write_text(text.format(**self.words))

    def migrate(self) -> None:
        program, *arguments = self.case["migrate"]
        done = self._run(program, *arguments, cwd=self.folder)
        assert done.returncode == 0, done.stdout + done.stderr

    def autogen(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        more = [word.format(**self.words) for word in self.case.get("arguments", ["--url", "{url}"])]
        return self._run("python", "-P", "-m", "autogen", *arguments, *more, cwd=self.home)

    def _run(self, program: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        outside = {k: v for k, v in os.environ.items() if k != "PYTHONPATH" and not k.startswith("AUTOGEN_")}
        stated = {name: text.format(**self.words) for name, text in self.case.get("environment", {}).items()}
        return subprocess.run(
            [str(self.installed / "bin" / program), *(word.format(**self.words) for word in arguments)],
            cwd=cwd,
            env={**outside, **stated, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=300,
        )
