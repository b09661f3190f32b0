"""process_revision_directives of env.py, asked about a draft before it is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from autogen.dialects.stand_in import stand_in_engine
from autogen.errors import AutogenError
from autogen.project.env_runner import alembic_config
from autogen.project.revisions import script_directory
from autogen.project.settings import AlembicSettings
from autogen.project.user_code import contained, failure
from autogen.schema import Schema
from autogen.values import value

if TYPE_CHECKING:
    from autogen.dialects.base import Dialect

_FIELDS = ("head", "splice", "branch_label", "version_path", "depends_on")


@value(frozen=True, slots=True)
class Directed:
    """What the hook makes of a draft. ``written`` is False where it leaves nothing to write; ``passed_over``
    is what it changed besides, which a draft that is text has no place for."""

    message: str
    revision_id: str
    written: bool = True
    passed_over: tuple[str, ...] = ()


def directed(
    hook: Any,
    settings: AlembicSettings,
    dialect: Dialect,
    text: str,
    message: str,
    revision_id: str,
    heads: tuple[str, ...],
) -> Directed:
    """Asks the hook about a draft. It is given Alembic's operations of it to look at; of what it changes, the
    message and the revision id count, and a list of directives that it empties."""
    from alembic.operations import ops
    from alembic.runtime.environment import EnvironmentContext
    from alembic.runtime.migration import MigrationContext

    scripts = script_directory(settings)
    environment = EnvironmentContext(alembic_config(settings), scripts)
    connection = stand_in_engine(dialect, lambda _: None, Schema).connect()
    context = MigrationContext.configure(
        connection, environment_context=environment, opts={"script": scripts}
    )
    script = ops.MigrationScript(
        revision_id,
        ops.UpgradeOps(ops=_operations(context, text, "upgrade")),
        ops.DowngradeOps(ops=_operations(context, text, "downgrade")),
        message=message,
        head=heads[0] if heads else "base",
    )
    before = _state(script)
    directives: list[Any] = [script]
    try:
        with contained():
            hook(context, heads, directives)
    except Exception as error:
        raise AutogenError(
            f"The function that {settings.env_py} passes as process_revision_directives failed: "
            f"{failure(error)}Nothing was written."
        ) from None
    if not directives:
        return Directed(message, revision_id, written=False)
    after = _state(directives[0])
    changed = tuple(name for name in after if after[name] != before[name])
    more = ("further directives",) if len(directives) > 1 else ()
    kept = directives[0]
    return Directed(kept.message or message, kept.rev_id or revision_id, True, (*changed, *more))


def _state(script: Any) -> dict[str, object]:
    """What a hook may have changed that is not taken over."""
    state: dict[str, object] = {name: getattr(script, name, None) for name in _FIELDS}
    for name in ("upgrade_ops", "downgrade_ops"):
        state[name] = [id(operation) for operation in getattr(getattr(script, name), "ops", ())]
    return state


def _operations(context: Any, text: str, direction: str) -> Sequence[Any]:
    """The operations of a draft of ours, none of them executed."""
    from alembic.operations import Operations, ops

    said: list[Any] = []
    namespace: dict[str, Any] = {"__name__": "autogen_draft"}
    try:
        exec(compile(text, "<draft>", "exec"), namespace)
        with Operations.context(context) as operations:
            operations.invoke = said.append  # type: ignore[method-assign, assignment]
            namespace[direction]()
    except Exception:
        # a step that asks the database while it runs; that there is something to do is known all the same
        return [ops.ExecuteSQLOp(f"-- {direction}")]
    return said or [ops.ExecuteSQLOp(f"-- {direction}")]
