"""Revisions for a person to fill in: empty ones, SQL with its way back, rows changed in batches."""

from __future__ import annotations

from typing import Literal

from autogen.emit.revision import LINE_LENGTH, Header, identifiers, opening

Form = Literal["empty", "sql", "data"]

_EMPTY = """
import sqlalchemy as sa
from alembic import op

{identifiers}


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
"""
_SQL = '''
import sqlalchemy as sa
from alembic import op

{identifiers}

UPGRADE: tuple[str, ...] = (
    # FILL IN: SQL, a string a statement
)
DOWNGRADE: tuple[str, ...] | None = (
    # FILL IN: what undoes it, the last statement first; None where nothing has to be undone
)


def upgrade() -> None:
    execute(UPGRADE)


def downgrade() -> None:
    if DOWNGRADE is not None:
        execute(DOWNGRADE)


def execute(statements: tuple[str, ...]) -> None:
    """Sends each statement as it stands: a colon is no parameter."""
    if not statements:
        raise RuntimeError(f"{{__file__}} is not finished: look for FILL IN")
    for statement in statements:
        op.execute(sa.text(statement.replace(":", r"\\:")))
'''
_DATA = '''
import sqlalchemy as sa
from alembic import op

{identifiers}

TABLE = ""  # FILL IN: the table whose rows change
KEY = "id"  # a column that is unique and has an index: the table is gone through by it
BATCH = 1000  # rows in a transaction

# Each way is a pair: SET, and the condition of the rows that are still to do. It must no longer
# hold for a row that is done: a run that was cut short goes on with the rest when it is run again.
UPGRADE: tuple[str, str] = (
    "",  # FILL IN, as in: full_name = first_name || ' ' || last_name
    "",  # FILL IN, as in: full_name IS NULL
)
DOWNGRADE: tuple[str, str] | None = (
    "",  # FILL IN, as in: full_name = NULL
    "",  # FILL IN, as in: full_name IS NOT NULL. None in place of the pair: nothing has to be undone
)


def upgrade() -> None:
    in_batches(*UPGRADE)


def downgrade() -> None:
    if DOWNGRADE is not None:
        in_batches(*DOWNGRADE)


def in_batches(change: str, todo: str) -> None:
    """Goes through the table by its key, a short transaction a batch: reads and writes go on meanwhile."""
    if not (TABLE and change and todo):
        raise RuntimeError(f"{{__file__}} is not finished: look for FILL IN")
    table, key, change, todo = (plain(part) for part in (TABLE, KEY, change, todo))
    update = f"UPDATE {{table}} SET {{change}} WHERE ({{todo}})"
    if op.get_context().as_sql:
        op.execute(sa.text(update))
        return
    find, order = f"SELECT {{key}} FROM {{table}} WHERE ({{todo}})", f"ORDER BY {{key}} LIMIT {{BATCH}}"
    begin, go_on = sa.text(f"{{find}} {{order}}"), sa.text(f"{{find}} AND {{key}} > :last {{order}}")
    batch = sa.text(f"{{update}} AND {{key}} BETWEEN :first AND :last")
    with op.get_context().autocommit_block():
        bind = op.get_bind()
        keys = bind.execute(begin).scalars().all()
        while keys:
            bind.execute(batch, {{"first": keys[0], "last": keys[-1]}})
            keys = bind.execute(go_on, {{"last": keys[-1]}}).scalars().all()


def plain(sql: str) -> str:
    """SQL that sa.text() hands on as it stands: a colon in it is no parameter."""
    return sql.replace(":", r"\\:")
'''
_BLOCK = "    with op.get_context().autocommit_block():\n"
_ONE_FOR_ALL = "    # env.py begins the transaction: it is one for all batches, and so are their locks\n"
_BODIES: dict[Form, str] = {"empty": _EMPTY, "sql": _SQL, "data": _DATA}


def blank(header: Header, form: Form, line_length: int = LINE_LENGTH, *, begun: bool = False) -> str:
    """The text of the revision, formatted to a line length. ``begun`` says that env.py begins the transaction
    itself, which Alembic cannot step out of."""
    import black

    docstring = "\n".join([*opening(header), ""])
    body = _BODIES[form].format(identifiers=identifiers(header))
    if begun and form == "data":
        body = _in_one_transaction(body)
    return black.format_str(f'"""{docstring}"""\n{body}', mode=black.Mode(line_length=line_length))


def _in_one_transaction(body: str) -> str:
    """The data form without what steps out of the transaction."""
    before, _, rest = body.partition(_BLOCK)
    inside, _, after = rest.partition("\n\n\n")
    lines = "\n".join(line.removeprefix("    ") for line in inside.split("\n"))
    said = "a short transaction a batch: reads and writes go on meanwhile."
    before = before.replace(said, "a batch at a time.").replace("rows in a transaction", "rows at a time")
    return f"{before}{_ONE_FOR_ALL}{lines}\n\n\n{after}"
