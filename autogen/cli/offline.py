"""What ``autogen check --offline`` does: the models against schema.lock, with no database."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from autogen.cli.terminal import say, warn
from autogen.config import Config, load_config
from autogen.errors import AutogenError
from autogen.lockfile.document import Lock, load
from autogen.lockfile.place import NAME, lock_path
from autogen.project.settings import NOTHING_CHOSEN, Chosen

if TYPE_CHECKING:
    from autogen.emit.report import OpenList, Report
    from autogen.lockfile.history import Mismatch
    from autogen.lockfile.project import Unserved
    from autogen.lockfile.reading import Read
    from autogen.plan import Comparison
    from autogen.project.review_lists import Unmerged


class Offline(NamedTuple):
    """The project without its database, and its file."""

    project: Unserved
    path: Path
    lock: Lock


def offline_gate(
    form: str = "text",
    verbose: bool = False,
    models: Sequence[str] | None = None,
    migrations: str | None = None,
    alembic: Chosen = NOTHING_CHOSEN,
    database: str | None = None,
) -> int:
    """Compares and reports. Returns 0 in sync; 1 when models and file differ, a revision is not as the file
    says, or a box is open."""
    from autogen.lockfile.history import mismatches
    from autogen.project.importable import check_importable
    from autogen.project.review_lists import held_back

    config = load_config(models=models, migrations=migrations, alembic=alembic, database=database)
    found = _project(config)
    check_importable(found.project.settings, found.project.revisions)
    held = held_back(found.project.revisions, found.project.config.rules)
    wrong = mismatches(found.lock, found.project.revisions)
    if wrong:
        _tell(_mismatched(found, wrong, held, form), form, verbose)
        return 1
    comparison = _compared(found)
    if comparison is None and form == "text" and not held.lists:
        say(_in_sync(found))
        return 0
    report = _report(found, comparison or _equal(found), held, form)
    _tell(report, form, verbose)
    return 1 if report.differs or report.findings or report.lists else 0


def _project(config: Config) -> Offline:
    from autogen.lockfile.project import unserved

    path = lock_path(config)
    if path is None:
        raise AutogenError(
            f"schema_lock = false under [tool.autogen] switches {NAME} off, and a comparison without a "
            "database needs it. Remove that line, or run autogen check without --offline."
        )
    project = unserved(config)
    for note in project.notes:
        warn(note)
    if not path.exists():
        raise AutogenError(
            f"There is no {os.path.relpath(path)} to hold the models against. autogen snapshot writes it, "
            "from a database that stands at head; from then on, autogen diff does."
        )
    return Offline(project, path, load(path, len(project.revisions.heads)))


def _compared(found: Offline) -> Comparison | None:
    """What differs; None where the declarations are, to the letter, those that the file was written for."""
    from autogen.lockfile.checksums import of_declarations
    from autogen.lockfile.declared import declarations, unconnected

    dialect = unconnected(found.lock.dialect, found.lock.noted)
    metadatas = found.project.metadatas()
    hooks = found.project.hooks(metadatas)
    desired = declarations(metadatas, dialect, found.project.scope, hooks)
    if of_declarations(desired) == found.lock.models:
        return None
    from autogen.lockfile.offline import compare_offline

    return compare_offline(_stored(found), desired, dialect, metadatas, hooks=hooks)


def _stored(found: Offline) -> Read:
    from autogen.lockfile.words import Unreadable

    try:
        return found.lock.schema
    except Unreadable as error:
        raise AutogenError(
            f"{found.path} could not be read: {error}. It may be of another version of autogen: write it "
            "anew with autogen snapshot."
        ) from None


def _equal(found: Offline) -> Comparison:
    from autogen.plan import Comparison

    schema = _stored(found).schema
    return Comparison((), schema, schema)


def _head(found: Offline) -> str:
    return f"head {', '.join(found.lock.heads)}" if found.lock.heads else "no revisions"


def _in_sync(found: Offline) -> str:
    count = found.lock.objects.count("\ntable ")
    tables = "1 table" if count == 1 else f"{count} tables"
    return f"In sync: models and {found.path.name} agree ({tables}, {_head(found)}).  Not compared: nothing."


def _report(found: Offline, comparison: Comparison, held: Unmerged, form: str) -> Report:
    """The differences, and as findings what only a database could decide."""
    from dataclasses import replace

    from autogen.emit.problems import RESPELLED
    from autogen.emit.report import Located, Report
    from autogen.lockfile.offline import OPEN
    from autogen.plan import Finding

    open_ = [s for s in comparison.not_compared if s.reason == OPEN]
    rest = tuple(s for s in comparison.not_compared if s.reason != OPEN)
    remedy = "autogen diff asks one; where it means the same, autogen snapshot notes the new spelling."
    said = f"{OPEN[:1].upper()}{OPEN[1:]}."
    return Report(
        "check",
        tuple(Located(Finding(RESPELLED, "high", s.object, said, remedy=remedy), boxed=False) for s in open_),
        replace(comparison, not_compared=rest),
        lists=_lists(held, form),
        merged_known=held.certain,
        place=_name(found.path, form),
        server=_head(found),
        against="schema.lock",
        database=found.project.config.database,
    )


def _mismatched(found: Offline, wrong: Sequence[Mismatch], held: Unmerged, form: str) -> Report:
    """The revisions that are not as the file says, as findings: the models are not held against it then."""
    from autogen.emit.report import Located, Report
    from autogen.lockfile.history import finding

    located = tuple(
        Located(finding(m, found.path.name), _name(m.path or found.path, form), 1, False) for m in wrong
    )
    return Report(
        "check", located, lists=_lists(held, form), merged_known=held.certain, against="schema.lock"
    )


def _lists(held: Unmerged, form: str) -> tuple[OpenList, ...]:
    from autogen.emit.report import OpenList

    return tuple(OpenList(_name(found.path, form), found.boxes) for found in held.lists)


def _name(path: Path, form: str) -> str:
    from autogen.cli.reporting import FileNames

    return FileNames(form)(path) or str(path)


def _tell(report: Report, form: str, verbose: bool) -> None:
    from autogen.cli.reporting import tell

    tell(report, form, verbose)
