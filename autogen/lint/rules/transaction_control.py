"""BEGIN, COMMIT or ROLLBACK in a revision, beside the transaction that Alembic keeps."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.lint.told import Reading, Told
from autogen.lint.written import Transaction
from autogen.review.written import TRANSACTION_CONTROL as RULE


def check(reading: Reading) -> Iterable[Told]:
    for step, statement in reading.of(Transaction):
        what = {
            "begin": "begins a transaction inside of Alembic's, which the server only warns of",
            "commit": "ends Alembic's transaction: what follows is not undone with the rest when it fails",
            "rollback": "undoes everything before it, and the revision is recorded as run all the same",
        }[statement.verb]
        message = f"{statement.verb.upper()} {what}."
        remedy = "with op.get_context().autocommit_block(): for what must not run in a transaction."
        yield RULE.about_revision(message, remedy=remedy), step.written.line
