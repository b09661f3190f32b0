"""The application that an env.py of Flask-Migrate's runs in."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from autogen.errors import AutogenError

if TYPE_CHECKING:
    from autogen.project.settings import AlembicSettings


@contextlib.contextmanager
def flask_app(settings: AlembicSettings) -> Iterator[None]:
    """Meanwhile Flask's ``current_app`` is the project's application, found as the flask command finds it,
    where env.py asks for it."""
    text = settings.env_py.read_bytes()
    if b"current_app" not in text or b"flask" not in text:
        yield
        return
    from flask import has_app_context
    from flask.cli import NoAppException, ScriptInfo, load_dotenv

    if has_app_context():
        yield
        return
    load_dotenv()
    try:
        with _no_migrations():
            app = ScriptInfo(app_import_path=os.environ.get("FLASK_APP")).load_app()
    except NoAppException as error:
        said = " ".join(str(error.message if hasattr(error, "message") else error).split())
        raise AutogenError(
            f"{settings.env_py} works within a Flask application, which was not found: {said} Name it as for "
            "`flask db`: export FLASK_APP=myapp:create_app"
        ) from None
    with app.app_context():
        yield


@contextlib.contextmanager
def _no_migrations() -> Iterator[None]:
    """Some applications upgrade their database while they start: not when they are merely looked at."""
    from alembic.script import ScriptDirectory

    run_env = ScriptDirectory.run_env
    ScriptDirectory.run_env = lambda self: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        ScriptDirectory.run_env = run_env  # type: ignore[method-assign]
