"""The proof of drafts that follow each other: what it says of each where one of them is wrong."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen import pipeline, rollout
from autogen.dialects.base import Scope
from autogen.plan import Proof
from autogen.wishes import Wishes
from tests.acceptance.phase_cases import RENAME
from tests.harness import build, diff_phases


@pytest.mark.parametrize(
    ("at", "old", "new", "verified", "reason"),
    [
        (0, "sa.String(50), nullable=False", "sa.String(50)", [False, None], "downgrade() does not restore"),
        (1, 'op.drop_column("users", "full_name")', "pass", [None, False], "upgrade() fails"),
        (0, "sa.String(50), nullable=True", "sa.String(5), nullable=True", [False, None], "does not reach"),
    ],
)
def test_each_has_its_verdict(
    sqlite_url: URL, at: int, old: str, new: str, verified: list[bool | None], reason: str
) -> None:
    proofs = proven(sqlite_url, at, old, new)
    assert [proof.verified for proof in proofs] == verified
    assert reason in proofs[verified.index(False)].reason


def proven(url: URL, at: int, old: str, new: str) -> tuple[Proof, ...]:
    """The proofs of the phases of a rename, one of the drafts spoiled."""
    before, after = sa.MetaData(), sa.MetaData()
    RENAME.old_models(before)
    RENAME.new_models(after)
    build(url, before)
    wishes = Wishes(tuple(RENAME.renames))
    phased = diff_phases(url, after, wishes=wishes, prove=False)
    texts = [*phased.texts]
    assert old in texts[at]
    texts[at] = texts[at].replace(old, new)
    with pipeline.connected(url) as (dialect, connection):
        seen = pipeline.examine(dialect, connection, [after], Scope(), url, wishes)
        return rollout.prove_phases(seen, phased.phasing, texts)
