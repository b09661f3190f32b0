"""Constraints that PostgreSQL 18 keeps and does not enforce: models cannot say it, a draft keeps it."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from tests.conftest import fresh
from tests.dump import dump
from tests.harness import build, diff, differences, run

SETUP = (
    "ALTER TABLE t ADD CONSTRAINT own CHECK (a < 0) NOT ENFORCED",
    "ALTER TABLE t ADD CONSTRAINT off FOREIGN KEY (a) REFERENCES t NOT ENFORCED",
)


def models(*more: sa.schema.SchemaItem) -> sa.MetaData:
    metadata = sa.MetaData()
    key = sa.Column("id", sa.Integer, primary_key=True)
    sa.Table("t", metadata, key, sa.Column("a", sa.Integer), *more)
    return metadata


def test_stays_where_the_models_declare_it(tmp_path: Path) -> None:
    check = sa.CheckConstraint("a < 0", name="own")
    with fresh("pg18", tmp_path) as url:
        build(url, models(), SETUP)
        fk = sa.ForeignKeyConstraint(["a"], ["t.id"], name="off")
        assert differences(url, models(check, fk)) == ()


def test_comes_back_as_it_was(tmp_path: Path) -> None:
    with fresh("pg18", tmp_path) as url:
        build(url, models(), SETUP)
        original = dump(url)
        drafted = diff(url, models())
        assert sorted(drafted.changes) == ["drop check t.own", "drop foreign_key t.off"]
        assert drafted.verified
        run(url, drafted.text, "upgrade")
        run(url, drafted.text, "downgrade")
        assert dump(url) == original
