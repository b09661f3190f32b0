"""Whatever a command raises becomes one message and an exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from types import ModuleType

import pytest

import autogen.cli
import autogen.cli.app
from autogen.cli import main
from autogen.errors import AutogenError

SECRET_URL = "postgresql://u:hunter2@h/d"


def run(monkeypatch: pytest.MonkeyPatch, raised: BaseException | int) -> int:
    def probe() -> int:
        """Does as the test says."""
        if isinstance(raised, int):
            return raised
        raise raised

    module = ModuleType("autogen.cli.probe")
    module.probe = probe  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "autogen.cli.probe", module)
    monkeypatch.setattr(autogen.cli.app, "COMMANDS", ("other", "probe"))
    monkeypatch.setitem(sys.modules, "autogen.cli.other", _other())
    monkeypatch.setattr(autogen.cli, "_prepare_process", lambda: None)
    return main(["probe"])


def _other() -> ModuleType:
    """A second command: with one alone, typer would take the name for an argument."""
    module = ModuleType("autogen.cli.other")
    module.other = lambda: 0  # type: ignore[attr-defined]
    return module


def test_the_commands_code_is_the_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [run(monkeypatch, code) for code in (0, 1, 2)] == [0, 1, 2]


def test_errors_are_told_without_passwords(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, AutogenError(f"no way to {SECRET_URL} \x1b[31m")) == 2
    err = capsys.readouterr().err
    assert err == "autogen: error: no way to postgresql://u:***@h/d \\x1b[31m\n"


def test_an_interrupt(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, KeyboardInterrupt()) == 2
    assert "interrupted, nothing written" in capsys.readouterr().err


def test_the_unforeseen_is_a_paragraph(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, ZeroDivisionError(f"of {SECRET_URL}")) == 2
    err = capsys.readouterr().err
    assert "internal error" in err
    assert "ZeroDivisionError: of postgresql://u:***@h/d" in err
    assert "Traceback" not in err
    monkeypatch.setenv("AUTOGEN_DEBUG", "1")
    assert run(monkeypatch, ZeroDivisionError(f"of {SECRET_URL}")) == 2
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert "hunter2" not in err


def test_help_imports_nothing_heavy() -> None:
    code = "import sys, autogen.cli; autogen.cli.main(['--help']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"sqlalchemy", "alembic", "black", "rich", "pydantic", "tomlkit", "mako"}


def test_the_gate_goes_around_typer() -> None:
    code = "import sys, autogen.cli; autogen.cli.main(['check']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd="/", capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "autogen.cli.gate" in loaded
    assert not loaded & {"typer", "pydantic", "alembic", "black", "rich"}


def test_help_says_what_each_command_does_to_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--help"])
    commands = capsys.readouterr().out.partition("Commands:")[2]
    assert "2 when that cannot be told." in " ".join(commands.split())
    assert "..." not in commands


def test_a_closed_pipe_is_quiet() -> None:
    code = "import sys, autogen.cli; sys.exit(autogen.cli.main(['diff', '--help']))"
    buffered = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=buffered
    )
    assert process.stdout and process.stderr
    process.stdout.close()
    assert (process.stderr.read(), process.wait()) == (b"", 2)
    process.stderr.close()
