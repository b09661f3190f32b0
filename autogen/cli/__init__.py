"""The autogen command. Each command is one file, whose function of the same name returns the exit code.

Nothing heavy is imported here or at the top of a command's file: ``autogen --help`` is to be quicker than
``import sqlalchemy``. Exit codes: 0 in sync or done, 1 differences or an unproven draft, 2 could not tell.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from types import FrameType

from autogen.cli.terminal import fail
from autogen.errors import AutogenError

ERROR = 2


def main(args: Sequence[str] | None = None) -> int:
    """Runs the command line and returns the exit code. Whatever happens becomes one clear message."""
    _prepare_process()
    given = list(sys.argv[1:] if args is None else args)
    if given == ["check"]:
        # The gate in its usual form skips typer: binding parameters imports pydantic, which alone takes a
        # third of the time that a check may cost.
        from autogen.cli.gate import gate
        from autogen.cli.several import of_each

        return guarded(lambda: of_each(lambda name: gate(database=name)))
    if given == ["check", "--offline"]:
        from autogen.cli.offline import offline_gate
        from autogen.cli.several import of_each

        return guarded(lambda: of_each(lambda name: offline_gate(database=name)))
    from autogen.cli.app import run

    return guarded(lambda: run(given))


def guarded(command: Callable[[], int]) -> int:
    """The exit code of a command, with everything it may raise turned into a message."""
    try:
        return command()
    except AutogenError as error:
        if _debugging():
            return _internal(error)
        fail(str(error))
    except KeyboardInterrupt:
        print(file=sys.stderr)
        fail("interrupted, nothing written.")
    except BrokenPipeError:
        pass
    except Exception as error:
        return _internal(error)
    finally:
        _flush()
    return ERROR


def _flush() -> None:
    """What stdout does not take, because its reader is gone or a disk full, is thrown away: Python would
    complain of it once more at exit."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _debugging() -> bool:
    return os.environ.get("AUTOGEN_DEBUG") == "1"


def _internal(error: Exception) -> int:
    """An error that autogen did not foresee, in one paragraph; the traceback may show values, so it is
    printed only when it is asked for."""
    import traceback

    if _debugging():
        from autogen.project.url import mask

        sys.stderr.write(mask("".join(traceback.format_exception(error))))
        return ERROR
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if f"{os.sep}autogen{os.sep}" in frame.filename] or frames
    where = f" in {os.path.basename(own[-1].filename)}, line {own[-1].lineno} ({own[-1].name})" if own else ""
    lines = str(error).strip().splitlines()
    said = f": {lines[0]}" if lines else ""
    fail(
        f"internal error{where}: {type(error).__name__}{said}. This is a fault of autogen's, and the result "
        "is not known. Run again with AUTOGEN_DEBUG=1 for the traceback, and report it."
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
