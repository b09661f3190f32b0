"""A draft as SQL, through Alembic's offline mode: nothing is connected to."""

from __future__ import annotations

import ast
import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from autogen.errors import AutogenError

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import Dialect


def as_sql(text: str, dialect: Dialect | str) -> tuple[str, str]:
    """The SQL of ``upgrade()`` and of ``downgrade()``.

    ``dialect`` is SQLAlchemy's dialect, best the one a connection has initialised (what it knows of the
    server's version is kept), or the name of one. ``text`` is a draft of ours: it is run.
    """
    tab = next(chr(n) for n in range(0xE000, 0xF900) if chr(n) not in text)
    namespace: dict[str, Any] = {"__name__": "autogen_draft"}
    exec(compile(_Tabs(tab).visit(ast.parse(text)), "<draft>", "exec"), namespace)
    offline = _offline(dialect)
    upgrade, downgrade = (_run(namespace[name], offline) for name in ("upgrade", "downgrade"))
    return upgrade.replace(tab, "\t"), downgrade.replace(tab, "\t")


class _Tabs(ast.NodeTransformer):
    """Puts a stand-in for the tabs of a draft's strings: Alembic writes spaces for every tab of a statement,
    those inside of names and literals included."""

    def __init__(self, stand_in: str) -> None:
        self.stand_in = stand_in

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        if isinstance(node.value, str) and "\t" in node.value:
            return ast.copy_location(ast.Constant(node.value.replace("\t", self.stand_in)), node)
        return node


def _run(function: Callable[[], None], dialect: Dialect) -> str:
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext

    buffer = io.StringIO()
    options = {"as_sql": True, "output_buffer": buffer}
    context = MigrationContext.configure(dialect=dialect, opts=options)
    try:
        with Operations.context(context), context.begin_transaction():
            function()
    except Exception as error:
        raise AutogenError(
            f"{function.__name__}() of this draft cannot be written as SQL, because a step of it has to ask "
            f"the database while it runs ({type(error).__name__}: {error}). "
            "Run the draft with `alembic upgrade` instead."
        ) from error
    return buffer.getvalue().strip() + "\n" if buffer.getvalue().strip() else ""


def _named(dialect: Callable[..., Dialect]) -> Dialect:
    return dialect(paramstyle="named")


def _offline(dialect: Dialect | str) -> Dialect:
    """A dialect that writes percent signs once: drivers of the ``%s`` kind have SQLAlchemy double them."""
    if isinstance(dialect, str):
        from sqlalchemy.engine.url import URL

        return _named(URL.create(dialect).get_dialect())
    fresh = _named(type(dialect))
    for name, value in vars(dialect).items():
        plain = value is None or isinstance(value, bool | int | str | tuple)
        if plain and name not in ("paramstyle", "positional"):
            setattr(fresh, name, value)
    return fresh
