"""``autogen lint``: the findings of a draft, for revisions that people wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autogen.cli.options import (
    AlembicFile,
    Arguments,
    Database,
    Format,
    Migrations,
    Models,
    NoData,
    OutputFormat,
    Section,
    Url,
    Verbose,
)
from autogen.cli.options import chosen as chosen_alembic
from autogen.cli.terminal import progress, say, warn
from autogen.errors import AutogenError

if TYPE_CHECKING:
    from sqlalchemy import MetaData
    from sqlalchemy.engine import URL, Connection

    from autogen.cli.reporting import FileNames
    from autogen.config import Config
    from autogen.dialects.base import Dialect
    from autogen.lint import Asking, Chosen, Live, Report
    from autogen.plan import Comparison
    from autogen.project.revisions import Revisions
    from autogen.project.settings import AlembicSettings
    from autogen.review.inquiry import Inquiry
    from autogen.schema import Key


def lint(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[REVISION or FILE]...", help="What is looked at; see README for the default."
        ),
    ] = None,
    format_: OutputFormat = Format.text,
    no_data: NoData = False,
    verbose: Verbose = False,
    models: Models = None,
    url: Url = None,
    migrations: Migrations = None,
    alembic_file: AlembicFile = None,
    section: Section = "alembic",
    arguments: Arguments = None,
    database: Database = None,
) -> int:
    """Review revisions that people wrote; nothing of them is executed.

    Exit 0: nothing of medium or above; 1: something was found; 2: it could not be done.
    """
    from autogen.config import load_config
    from autogen.project.models import make_importable
    from autogen.project.settings import read_settings

    config = load_config(
        models=models,
        url=url,
        migrations=migrations,
        optional=("models",),
        alembic=chosen_alembic(alembic_file, section, arguments),
        database=database,
    )
    settings = read_settings(config.root, config.migrations, config.alembic)
    make_importable(config.root, settings.prepend_sys_path)
    with progress("reading revisions"):
        report = _examined(config, settings, names or (), not no_data)
    _tell(report, format_, verbose)
    return 1 if report.failed else 0


def _examined(config: Config, settings: AlembicSettings, names: Sequence[str], data: bool) -> Report:
    from autogen.lint import History, Surroundings, lint
    from autogen.lint.loading import import_as
    from autogen.project.env_runner import alembic_config
    from autogen.project.location import (
        find_version_table,
        given_url,
        known_environment,
        located_by,
        url_of,
    )
    from autogen.review.settings import RuleSettings

    given = given_url(config)
    env = known_environment(config, settings, given)
    settings = located_by(settings, env)
    revisions = _revisions(settings, names)
    url = given or url_of(settings, env)
    metadatas = _metadatas(config) if config.models else env.metadatas
    version_table = find_version_table(config, env)
    with _database(url, config, version_table, revisions, metadatas, data) as (dialect, live, why, asking):
        configured = alembic_config(settings)
        history = History(revisions, dialect, configured, metadatas, live, why, config.database)
        chosen = _chosen(names, revisions, settings, live)
        if not chosen.targets:
            raise AutogenError("The project has no revisions. Name a file: autogen lint path/to/revision.py")
        import_as(settings.script_location / "env.py", dialect)
        around = Surroundings(asking, _text_around(settings, url), config.rules or RuleSettings())
        return lint(chosen, history, around)


def _revisions(settings: AlembicSettings, names: Sequence[str]) -> Revisions:
    """The project's revisions; files alone may be looked at where there is no project."""
    from autogen.project.revisions import Revisions, read_revisions

    files_alone = bool(names) and all(name.endswith(".py") for name in names)
    if files_alone and not any(folder.is_dir() for folder in settings.version_locations):
        return Revisions(())
    return read_revisions(settings)


def _metadatas(config: Config) -> Sequence[MetaData]:
    """The models, for naming conventions and for what they fill in; nothing here needs them."""
    from autogen.project.models import load_models

    try:
        return tuple(load_models(config))
    except AutogenError as error:
        warn(f"The models are left out of this: {error}")
        return ()


def _chosen(
    names: Sequence[str], revisions: Revisions, settings: AlembicSettings, live: Live | None
) -> Chosen:
    from autogen.lint.targets import named, usual
    from autogen.project.review_lists import not_merged

    if names:
        return named(names, revisions, Path.cwd())
    fresh = not_merged([file.path for file in revisions.files])
    return usual(revisions, fresh, live.applied if live is not None else None)


@contextmanager
def _database(
    url: URL,
    config: Config,
    version_table: Key,
    revisions: Revisions,
    metadatas: Sequence[MetaData],
    data: bool,
) -> Iterator[tuple[Dialect, Live | None, str, Asking]]:
    """The dialect, and the live database where it can be reached and tells where it stands; else why not.
    ``data`` says that its rows may be counted and looked at."""
    from autogen.dialects import dialect_class
    from autogen.lint import Asking
    from autogen.pipeline import connected
    from autogen.project.url import display
    from autogen.review.inquiry import inquiry_for

    kind = dialect_class(url.get_backend_name())
    if not url.database:
        yield kind.offline(url), None, "the URL names no database", Asking()
        return
    with ExitStack() as stack:
        try:
            dialect, connection = stack.enter_context(connected(url))
        except AutogenError:
            yield kind.offline(url), None, f"{display(url)} could not be reached", Asking()
            return

        def inquiry(comparison: Comparison) -> Inquiry | None:
            return inquiry_for(comparison, dialect, connection, config.show_values)

        live = _live(dialect, connection, config, version_table)
        why = _astray(live, revisions)
        if why:
            yield dialect, None, why, Asking()
            return
        yield dialect, live, "", _asking(
            dialect, connection, live, metadatas, inquiry if data else lambda _: None
        )


def _live(dialect: Dialect, connection: Connection, config: Config, version_table: Key) -> Live:
    from autogen.dialects.base import Scope
    from autogen.introspect import introspect
    from autogen.lint import Live
    from autogen.project.state import database_revisions

    applied = database_revisions(connection, version_table)
    scope = Scope(config.schemas, version_table, config.include, config.exclude)
    return Live(introspect(connection, dialect, scope), applied, dialect.server_label(connection))


def _astray(live: Live, revisions: Revisions) -> str:
    """Why the live schema is none that a revision starts from."""
    unknown = [revision for revision in live.applied if revision not in revisions.by_id]
    if unknown:
        return f"the database is at {', '.join(unknown)}, which is in none of the files"
    if not live.applied and live.schema.tables:
        return "the database has tables and no record of any revision"
    return ""


def _asking(
    dialect: Dialect,
    connection: Connection,
    live: Live,
    metadatas: Sequence[MetaData],
    inquiry: Callable[[Comparison], Inquiry | None],
) -> Asking:
    from autogen.declare.client_defaults import client_defaults
    from autogen.lint import Asking

    return Asking(
        lambda table: dialect.has_rows(connection, table) if table in live.schema else None,
        lambda: dialect.dependents(connection, live.schema),
        lambda asked: dialect.facts(connection, asked),
        lambda: client_defaults(metadatas, dialect),
        inquiry,
    )


def _text_around(settings: AlembicSettings, url: URL) -> str:
    """Where a timeout of the connection may be set."""
    try:
        text = (settings.script_location / "env.py").read_text("utf-8")
    except (OSError, ValueError):
        text = ""
    return f"{text}\n{url.query}"


def _tell(report: Report, format_: Format, verbose: bool) -> None:
    """The report in the format asked for; for people, what it rests on besides."""
    from autogen.cli.reporting import FileNames, rule_text, tell
    from autogen.emit.report import Located
    from autogen.emit.report import Report as Told

    name = FileNames(format_.value)
    located = tuple(Located(f.finding, name(f.path), f.line, boxed=False) for f in report.findings)
    tell(Told("lint", located, rules=rule_text), format_.value, verbose)
    if format_ is Format.text:
        say("\n".join(_grounds(report, name, verbose)))


def _grounds(report: Report, name: FileNames, verbose: bool) -> Iterator[str]:
    """Against which schema it was read, and what was not understood, which verbose reports list already."""
    from autogen.emit.words import plural

    yield ""
    several = len({linted.source for linted in report.revisions}) > 1
    for n, linted in enumerate(report.revisions if several else report.revisions[:1]):
        head = "Schema" if n == 0 else ""
        named = f"{linted.id or name(linted.path)}: " if several else ""
        yield f"{head:<8}{named}{linted.source}"
    unfollowed = max((linted.unfollowed for linted in report.revisions), default=0)
    if unfollowed:
        yield f"        ({plural(unfollowed, 'statement')} of earlier revisions not understood)"
    unseen = [f for linted in report.revisions for f in linted.unseen if f.finding.minor and not verbose]
    for n, found in enumerate(unseen):
        head = "Unseen" if n == 0 else ""
        yield f"{head:<8}{name(found.path)}:{found.line}  {found.finding.message}"
