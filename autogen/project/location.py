"""Everything a run needs to know about the project, in one value."""

from __future__ import annotations

import ast
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from autogen.errors import AutogenError
from autogen.project.models import load_models, make_importable
from autogen.project.revisions import Revisions, read_revisions
from autogen.project.settings import AlembicSettings, read_settings
from autogen.project.url import resolve
from autogen.schema import Key

if TYPE_CHECKING:
    from sqlalchemy import MetaData
    from sqlalchemy.engine import URL

    from autogen.config import Config


class Project(NamedTuple):
    """The user's project as it was found."""

    config: Config
    url: URL
    scratch_url: URL | None
    metadatas: tuple[MetaData, ...]
    settings: AlembicSettings
    revisions: Revisions
    version_table: Key

    @property
    def root(self) -> Path:
        return self.config.root

    @property
    def models(self) -> str:
        """The models as the user named them, for the draft's docstring."""
        return ", ".join(self.config.models)


def load_project(config: Config) -> Project:
    """The project of a configuration, or an AutogenError. The cheap things that can be wrong are looked
    at before the models are imported."""
    make_importable(config.root)
    settings = read_settings(config.root, config.migrations)
    url = resolve(config.url, source=config.url_source, root=_anchor(config))
    scratch = config.scratch_url
    scratch_url = None if scratch is None else resolve(scratch, source="scratch_url", root=config.root)
    revisions = read_revisions(settings)
    version_table = find_version_table(config, settings)
    metadatas = tuple(load_models(config, settings.prepend_sys_path))
    return Project(config, url, scratch_url, metadatas, settings, revisions, version_table)


def _anchor(config: Config) -> Path | None:
    """A flag's path is meant from the working folder, any other from the project's."""
    return None if config.url_source == "--url" else config.root


def check_writable(settings: AlembicSettings) -> None:
    """An AutogenError when no draft can be written; worth knowing before the database is read."""
    for folder in settings.version_locations:
        if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
            raise AutogenError(
                f"The folder for revisions, {folder}, is read-only for this user. Make it writable, or use "
                "--dry-run to see the draft without writing it."
            )


def find_version_table(config: Config, settings: AlembicSettings) -> Key:
    """The table Alembic records revisions in: as configured, else as env.py passes it to
    ``context.configure`` in plain literals, else alembic_version."""
    if config.version_table:
        schema, _, name = config.version_table.rpartition(".")
        return Key("table", schema, "", name)
    named = _configured_in(settings.script_location / "env.py")
    return Key(
        "table", named.get("version_table_schema", ""), "", named.get("version_table", "alembic_version")
    )


def _configured_in(env: Path) -> dict[str, str]:
    try:
        text = env.read_text("utf-8")
        if "version_table" not in text:
            return {}
        tree = ast.parse(text)
    except (OSError, ValueError, SyntaxError):
        return {}
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in ("version_table", "version_table_schema"):
            value = constants.get(node.value.id) if isinstance(node.value, ast.Name) else node.value
            plain = value.value if isinstance(value, ast.Constant) else value
            if isinstance(plain, str):
                found[node.arg] = plain
    return found
