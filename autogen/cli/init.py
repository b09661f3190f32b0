"""``autogen init``: tells the project about autogen, and Alembic about the project."""

from __future__ import annotations

from autogen.cli.options import Migrations, Models, Url


def init(models: Models = None, url: Url = None, migrations: Migrations = None) -> int:
    """Write [tool.autogen] to pyproject.toml, and an Alembic environment where there is none."""
    from pathlib import Path

    from autogen.cli.terminal import paint, printable, say, warn
    from autogen.project.environment import Wishes, prepare
    from autogen.project.files import write_all

    start = Path.cwd()
    work = prepare(start, Wishes(tuple(models or ()), url, migrations))
    write_all(work.files, work.replaced)
    for warning in work.warnings:
        warn(warning)
    for path, note in work.written:
        shown = path.relative_to(start) if path.is_relative_to(start) else path
        say(f"{paint('wrote', 'green')}  {printable(str(shown))}{f'  {printable(note)}' if note else ''}")
    for note in work.notes:
        say(printable(note))
    say("\nNext:")
    for step in work.next_steps:
        say(f"  {printable(step)}")
    return 0
