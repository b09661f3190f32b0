"""Several heads, several databases, sections, and what env.py does to a draft on its way into a file."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen.project.env_runner import upgrade
from autogen.project.settings import read_settings
from tests.dropin.project import FROM_MODELS, MODELS, SYNC, AlembicProject

WIDER = MODELS + "    email: Mapped[str | None] = mapped_column(sa.String(200))\n"
EMPTY = '''"""{0}"""
revision = "{0}"
down_revision = {1!r}
branch_labels = {2!r}


def upgrade():
    pass


def downgrade():
    pass
'''


def newest(project: AlembicProject, known: set[Path]) -> Path:
    (path,) = {*project.root.rglob("versions*/*.py")} - known
    return path


def test_a_draft_follows_the_branch_that_is_named(project: AlembicProject, database_url: URL) -> None:
    ini = "version_locations = %(here)s/migrations/versions %(here)s/audit/versions\n"
    project.make(database_url, ini=ini, models=WIDER)
    project.write("audit/versions/b1.py", EMPTY.format("b1", None, ("audit",)))
    upgrade(read_settings(project.root, None), "heads")
    assert project.autogen("check").code == 1  # two branches, both applied: that is no obstacle
    ran = project.autogen("diff")
    assert ran.code == 2 and "2 heads" in ran.err and "--head" in ran.err
    known = {*project.root.rglob("versions*/*.py")}
    ran = project.autogen("diff", "--head", "audit@head")
    assert ran.code == 0, ran.err
    path = newest(project, known)
    assert path.parent == project.root / "audit" / "versions"
    assert ran.out.rstrip().endswith("alembic upgrade heads")
    assert 'down_revision = "b1"' in path.read_text()
    project.forget()
    upgrade(read_settings(project.root, None), "heads")
    assert project.autogen("check").code == 0


MULTI = """
import re

from alembic import context
from sqlalchemy import engine_from_config, pool

import models

config = context.config
names = re.split(r",\\s*", config.get_main_option("databases"))
engines = {{}}
for name in names:
    section = config.get_section(name)
    engines[name] = engine_from_config(section, prefix="sqlalchemy.", poolclass=pool.NullPool)
for name, engine in engines.items():
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            upgrade_token="%s_upgrades" % name,
            downgrade_token="%s_downgrades" % name,
            target_metadata=models.bases[name].metadata,
        )
        with context.begin_transaction():
            context.run_migrations(engine_name=name)
"""
BASES = """
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Shop(DeclarativeBase):
    pass


class Audit(DeclarativeBase):
    pass


class User(Shop):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)


class Event(Audit):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(primary_key=True)


bases = {"shop": Shop, "audit": Audit}
"""
FIRST_OF_SEVERAL = """
revision = "a1"
down_revision = None


def upgrade(engine_name):
    pass


def downgrade(engine_name):
    pass
"""


def test_each_of_several_databases_is_compared_and_drafted_for(
    project: AlembicProject, sqlite_url: URL
) -> None:
    project.make(sqlite_url, env=MULTI, models=BASES, ini="databases = shop, audit", first=FIRST_OF_SEVERAL)
    with (project.root / "alembic.ini").open("a") as file:
        for name in ("shop", "audit"):
            file.write(f"\n[{name}]\nsqlalchemy.url = sqlite:///{project.root}/{name}.db\n")
    settings = read_settings(project.root, None)
    upgrade(settings)
    ran = project.autogen("diff")
    assert (
        ran.code == 2 and "configures 2 databases: shop (sqlite" in ran.err and "--database shop" in ran.err
    )
    assert ran.err == project.autogen("check", "--format", "json").err
    ran = project.autogen("check")
    assert ran.code == 1 and "+ users" in ran.out.split("audit\n")[0] and "+ events" in ran.out
    for name in ("shop", "audit"):
        assert f"autogen diff --database {name} -m '...' drafts" in " ".join(ran.out.split())
    assert (
        "no database 'other'. It configures: shop, audit"
        in project.autogen("check", "--database", "other").err
    )
    for name in ("shop", "audit"):
        known = {*project.root.rglob("versions*/*.py")}
        ran = project.autogen("diff", "-m", name, "--database", name)
        assert ran.code == 0, ran.err
        text = newest(project, known).read_text()
        assert "def upgrade(engine_name: str) -> None:" in text and f"def downgrade_{name}() -> None:" in text
        assert "Proven: upgrade reaches the models" in text
        project.forget()
        upgrade(settings)
        assert project.autogen("check", "--database", name).code == 0
        assert project.autogen("snapshot", "--database", name).code == 0
    assert sorted(path.name for path in project.root.rglob("*.lock")) == [
        "schema.audit.lock",
        "schema.shop.lock",
    ]
    for name in ("shop", "audit"):
        ran = project.autogen("check", "--offline", "--database", name)
        assert ran.code == 0 and f"models and schema.{name}.lock agree (1 table" in ran.out, ran
    ran = project.autogen("check", "--offline")
    assert ran.code == 0 and ran.out.count("In sync: ") == 2
    tables = {}
    for name in ("shop", "audit"):
        engine = sa.create_engine(f"sqlite:///{project.root}/{name}.db")
        tables[name] = sorted(sa.inspect(engine).get_table_names())
        engine.dispose()
    assert tables == {"shop": ["alembic_version", "users"], "audit": ["alembic_version", "events"]}


def test_section_and_arguments_of_the_command_line(project: AlembicProject, database_url: URL) -> None:
    imports = FROM_MODELS + "\ntenant = context.get_x_argument(as_dictionary=True)['tenant']"
    project.make("sqlite:///wrong.db", imports=imports)
    with (project.root / "alembic.ini").open("a") as file:
        url = database_url.render_as_string(False).replace("%", "%%")
        file.write(f"\n[other]\nscript_location = %(here)s/migrations\nsqlalchemy.url = {url}\n")
    (project.root / "alembic.ini").rename(project.root / "other.ini")
    how = ("-c", "other.ini", "-n", "other", "-x", "tenant=one")
    ran = project.autogen("diff", *how)
    assert ran.code == 2 and "no record of any revision" in ran.err, ran
    assert "KeyError" in project.autogen("check", *how[:4]).err
    assert "no section [another]" in project.autogen("check", "-c", "other.ini", "-n", "another").err
    assert "missing.ini" in project.autogen("check", "-c", "missing.ini").err
    assert not (project.root / "wrong.db").exists()


@pytest.mark.parametrize("configured", [False, True])
@pytest.mark.parametrize(
    "begins",
    [
        ("connectable.connect() as connection:", "connectable.begin() as connection:"),
        ("connectable.connect() as connection:", "connectable.connect() as connection, connection.begin():"),
    ],
)
def test_no_step_outside_of_a_transaction_that_env_py_begins(
    project: AlembicProject, pg_url: URL, begins: tuple[str, str], configured: bool
) -> None:
    assert begins[0] in SYNC
    project.make(pg_url, env=SYNC.replace(*begins))
    if configured:
        url = pg_url.render_as_string(False)
        project.write("pyproject.toml", f'[tool.autogen]\nmodels = "models:Base"\nurl = "{url}"\n')
    upgrade(read_settings(project.root, None))
    project.write("models.py", WIDER.replace("sa.String(200)", "sa.String(200), unique=True"))
    known = {*project.drafts()}
    ran = project.autogen("diff")
    assert ran.code == 0 and "begins the transaction" in ran.err, ran
    assert "autocommit_block" not in newest(project, known).read_text()
    project.forget()
    upgrade(read_settings(project.root, None))
    assert project.autogen("check").code == 0


DIRECTIVES = FROM_MODELS + """

def directives(context, revision, directives):
    script = directives[0]
    assert not script.upgrade_ops.is_empty() and revision == ("a1",)
    operation = script.upgrade_ops.ops[0]
    assert (operation.table_name, operation.column.name) == ("users", "email")
    {0}
"""


NUMBERED = """
    from alembic.script import ScriptDirectory
    head = ScriptDirectory.from_config(context.config).get_current_head()
    assert head == context.script.get_current_head() == "a1"
    script.rev_id, script.message = "0002", "mail of users"
"""


@pytest.mark.filterwarnings("ignore:No path_separator found")  # in the project's alembic.ini
@pytest.mark.parametrize(
    ("does", "code", "said"),
    [
        ("script.rev_id, script.message = '0002', 'mail of users'", 0, ""),
        ("directives[:] = []", 0, "left no revision to write"),
        (NUMBERED, 0, ""),
        (
            "script.upgrade_ops.ops.reverse(); script.head = 'x'",
            0,
            "changed head, which the draft does not follow",
        ),
        ("raise LookupError('s3cret')", 2, "process_revision_directives failed: LookupError"),
    ],
)
def test_what_process_revision_directives_does_to_a_draft(
    project: AlembicProject, sqlite_url: URL, does: str, code: int, said: str
) -> None:
    options = ", process_revision_directives=directives"
    project.make(sqlite_url, imports=DIRECTIVES.format(does.strip()), options=options)
    upgrade(read_settings(project.root, None))
    project.write("models.py", WIDER)
    known = {*project.drafts()}
    ran = project.autogen("diff")
    assert ran.code == code, ran.err
    assert said in ran.err
    if not said:
        text = newest(project, known).read_text()
        assert text.startswith('"""mail of users\n\nRevision ID: 0002\n') and 'revision = "0002"' in text
    written = {*project.drafts()} - known
    assert len(written) == (1 if "rev_id" in does or "reverse" in does else 0)


def test_a_draft_that_env_py_does_not_want_is_told_in_every_format(
    project: AlembicProject, sqlite_url: URL
) -> None:
    options = ", process_revision_directives=directives"
    project.make(sqlite_url, imports=DIRECTIVES.format("directives[:] = []"), options=options)
    upgrade(read_settings(project.root, None))
    project.write("models.py", WIDER)
    for more in ((), ("--phases",)):
        ran = project.autogen("diff", "--format", "json", *more)
        assert ran.code == 0, ran.err
        said = json.loads(ran.out)
        assert [change["object"] for change in said["changes"]] == ["users.email"]
        assert said["path"] is None and said["verified"] is None
        assert "process_revision_directives" in said["reason"]
    assert "email" in project.autogen("diff").out


PHASED = FROM_MODELS + """

def directives(context, revision, directives):
    script = directives[0]
    assert not script.upgrade_ops.is_empty()
    {0}
"""
FILLED = MODELS + "    email: Mapped[str] = mapped_column(sa.String(200), default='none')\n"


@pytest.mark.parametrize(
    ("does", "ids"),
    [
        ("script.rev_id = f'after_{revision[0]}'", ["after_a1", "after_after_a1"]),
        ("script.rev_id = 'same'", ["same", None]),
    ],
)
def test_process_revision_directives_is_asked_about_each_phase(
    project: AlembicProject, sqlite_url: URL, does: str, ids: list[str | None]
) -> None:
    options = ", process_revision_directives=directives"
    project.make(sqlite_url, imports=PHASED.format(does).replace("{{", "{"), options=options)
    upgrade(read_settings(project.root, None))
    project.write("models.py", FILLED)
    known = {*project.drafts()}
    ran = project.autogen("diff", "--phases", "--no-input")
    assert ran.code == 0, ran.err
    drafts = [path.read_text() for path in sorted({*project.drafts()} - known)]
    found = [re.search('^revision = "(.*)"', text, re.M)[1] for text in drafts]  # type: ignore[index]
    follows = [re.search('^down_revision = "(.*)"', text, re.M)[1] for text in drafts]  # type: ignore[index]
    assert [id_ for id_, wanted in zip(found, ids, strict=True) if wanted] == [i for i in ids if i]
    assert follows == ["a1", found[0]]
    assert len({*found}) == 2
    assert ("two revisions" in ran.err) == (None in ids)
    assert found[1] in drafts[0] or found[0] in drafts[1]


HOOKS = """
[post_write_hooks]
hooks = stamp
stamp.type = exec
stamp.executable = {0}
stamp.options = REVISION_SCRIPT_FILENAME
"""


def test_post_write_hooks_run_on_the_draft(project: AlembicProject, sqlite_url: URL) -> None:
    project.make(sqlite_url)
    upgrade(read_settings(project.root, None))
    hook = project.write("hook.sh", "#!/bin/sh\necho hooked\necho '# formatted' >> \"$1\"\n")
    hook.chmod(0o755)
    before = (project.root / "alembic.ini").read_text()
    (project.root / "alembic.ini").write_text(before + HOOKS.format(hook))
    project.write("models.py", WIDER)
    known = {*project.drafts()}
    ran = project.autogen("diff", "--format", "json")
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["path"]
    path = newest(project, known)
    assert path.read_text().endswith("# formatted\n"), ran.err
    path.unlink()
    (project.root / "alembic.ini").write_text(before + HOOKS.format("no_such_program"))
    ran = project.autogen("diff")
    assert ran.code == 0 and "post-write hook" in ran.err and "no_such_program" in ran.err
    assert len({*project.drafts()} - known) == 1
