"""The autogen command. Each command is one file, whose function of the same name returns the exit code.

Nothing heavy is imported here or at the top of a command's file: ``autogen --help`` is to be as quick as
``import sqlalchemy``. Exit codes: 0 in sync or done, 1 differences or an unproven draft, 2 could not tell.
"""

from __future__ import annotations

import functools
import os
import signal
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from types import FrameType
from typing import Annotated, Any

import typer

from autogen import __version__
from autogen.cli.terminal import fail
from autogen.errors import AutogenError

COMMANDS = ("init", "diff", "check")
ERROR = 2


def main(args: Sequence[str] | None = None) -> int:
    """Runs the command line and returns the exit code."""
    _prepare_process()
    try:
        code = typer.main.get_command(build()).main(
            args=None if args is None else list(args), prog_name="autogen", standalone_mode=False
        )
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except BrokenPipeError:
        return _abandoned_output()
    except SystemExit as stop:
        # typer ends the process itself when the reader of its help text is gone
        return _abandoned_output() if isinstance(stop.__context__, BrokenPipeError) else int(stop.code or 0)
    except typer.Abort:
        return _interrupted()
    except Exception as error:
        show = getattr(error, "show", None)
        if show is None or not hasattr(error, "exit_code"):
            return _internal(error)
        show()
        return ERROR


def build() -> typer.Typer:
    """The application with its commands; no markup and no traceback hooks, which would import rich."""
    app = typer.Typer(
        name="autogen",
        help="Drafts Alembic migrations from SQLAlchemy models and a live database, and proves them.",
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        no_args_is_help=True,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_common)
    for name in COMMANDS:
        command: Callable[..., int] = getattr(import_module(f"autogen.cli.{name}"), name)
        app.command(name)(guarded(command))
    return app


def _version(wanted: bool) -> None:
    if wanted:
        print(f"autogen {__version__}")
        raise typer.Exit


def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


def guarded(command: Callable[..., int]) -> Callable[..., int]:
    """The command with everything it may raise turned into a message and an exit code. This happens inside
    typer, which would otherwise take an interrupt or a closed pipe for itself."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> int:
        try:
            code = command(*args, **kwargs)
            sys.stdout.flush()
            return code
        except AutogenError as error:
            if os.environ.get("AUTOGEN_DEBUG") == "1":
                raise
            fail(str(error))
            return ERROR
        except KeyboardInterrupt:
            return _interrupted()
        except BrokenPipeError:
            return _abandoned_output()
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            if hasattr(error, "show") and hasattr(error, "exit_code"):
                raise  # a complaint of typer's about the arguments
            return _internal(error)

    return run


def _interrupted() -> int:
    print(file=sys.stderr)
    fail("interrupted, nothing written.")
    return ERROR


def _abandoned_output() -> int:
    """The reader of stdout is gone. Python would complain again when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return ERROR


def _internal(error: Exception) -> int:
    """An error that autogen did not foresee, in one paragraph; the traceback may show values, so it is
    printed only when it is asked for."""
    import traceback

    if os.environ.get("AUTOGEN_DEBUG") == "1":
        from autogen.project.url import mask

        sys.stderr.write(mask("".join(traceback.format_exception(error))))
        return ERROR
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if f"{os.sep}autogen{os.sep}" in frame.filename] or frames
    where = f" in {os.path.basename(own[-1].filename)}, line {own[-1].lineno} ({own[-1].name})" if own else ""
    lines = str(error).strip().splitlines()
    said = f": {lines[0]}" if lines else ""
    fail(
        f"internal error{where}: {type(error).__name__}{said}. This is a fault of autogen's, and the "
        "result is not "
        "known. Run again with AUTOGEN_DEBUG=1 for the traceback, and report it."
    )
    return ERROR


def _prepare_process() -> None:
    """Output never fails for a letter the terminal lacks, and SIGTERM is cleaned up after like Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        try:
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, stop)
        except ValueError:  # not the main thread, in which a test or another program runs main()
            return
