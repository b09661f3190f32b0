"""A project's own test suite with ``from autogen.testing import *``, run by pytest inside pytest."""

from __future__ import annotations

import sys
from pathlib import Path

import psycopg  # noqa: F401  pytester forgets what a run within imports first: later tests would have it twice
import pymysql  # noqa: F401
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen.replay import cache
from tests.dropin.project import FIRST, MODELS, AlembicProject
from tests.replay.states import AGE, WITH_AGE

LINE = "from autogen.testing import *\n"
NAMES = (
    "test_models_match_migrations",
    "test_there_is_one_head",
    "test_every_revision_goes_up_and_down",
    "test_no_review_box_is_open",
)


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> AlembicProject:
    """A folder with the one line in it, and nothing of other projects."""
    made = AlembicProject(pytester.path)
    made.write("tests/test_migrations.py", LINE)
    made.write("pytest.ini", "[pytest]\ntestpaths = tests\n")
    monkeypatch.setattr(cache, "cache_folder", lambda: pytester.path / ".cache")
    (pytester.path / ".cache").mkdir()
    monkeypatch.setattr(sys, "path", [p for p in sys.path if p not in ("", ".")])
    return made


def run(pytester: pytest.Pytester, *args: str) -> tuple[dict[str, int], str]:
    """How many tests passed and failed, and what was printed."""
    done = pytester.runpytest_inprocess("-p", "autogen.pytest_plugin", "-p", "no:cacheprovider", *args)
    return dict(done.parseoutcomes()), done.stdout.str()


def test_four_tests_pass_without_the_database(
    pytester: pytest.Pytester, project: AlembicProject, database_url: URL
) -> None:
    project.make(database_url, models=WITH_AGE)
    project.write("migrations/versions/0002_age.py", AGE)
    outcomes, said = run(pytester, "-v")
    assert outcomes == {"passed": 4}, said
    assert all(name in said for name in NAMES)
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    assert sa.inspect(engine).get_table_names() == []


def test_models_that_are_ahead(pytester: pytest.Pytester, project: AlembicProject) -> None:
    project.make("sqlite:///nowhere.db", models=WITH_AGE)
    outcomes, said = run(pytester)
    assert outcomes == {"passed": 3, "failed": 1}
    assert "Models and migrations differ." in said
    assert "+ age  INTEGER" in said
    assert "Models vs migrations    differ: 1 change" in said
    assert "Traceback" not in said
    assert "autogen_project" not in said


def test_two_heads(pytester: pytest.Pytester, project: AlembicProject) -> None:
    project.make("sqlite:///nowhere.db")
    project.write("migrations/versions/0002.py", AGE)
    project.write("migrations/versions/0003.py", AGE.replace('"b2"', '"c3"').replace("age", "city"))
    outcomes, said = run(pytester, "-k", "one_head")
    assert outcomes["failed"] == 1
    report = said.partition("short test summary")[0]  # CI's summary says it again
    assert report.count("The revisions have 2 heads: b2 (") == 1
    assert "During handling" not in said


def test_a_downgrade_that_does_not_restore(
    pytester: pytest.Pytester, project: AlembicProject, database_url: URL
) -> None:
    project.make(database_url, models=WITH_AGE)
    project.write("migrations/versions/0002.py", AGE.replace('op.drop_column("users", "age")', "pass"))
    outcomes, said = run(pytester)
    assert outcomes == {"passed": 3, "failed": 1}, said
    assert "1 of 2 revisions fail." in said
    assert "downgrade() does not restore the schema" in said
    assert "users.age" in said


def test_an_open_box(pytester: pytest.Pytester, project: AlembicProject) -> None:
    boxes = "- [ ] drop-column users.legacy\n      Deletes values."
    listed = f'"""first\n\nDrafted by autogen 0.1.\n\nReview:\n\n{boxes}\n"""'
    project.make("sqlite:///nowhere.db", first=FIRST.replace('"""first"""', listed))
    outcomes, said = run(pytester)
    assert outcomes == {"passed": 3, "failed": 1}
    assert "1 box of the review list is open" in said
    assert "migrations/versions/0001_first.py:7" in said
    assert "Read what stands under an open box and tick it, [x]" in said


def test_the_fixture_says_where_the_project_is(pytester: pytest.Pytester, project: AlembicProject) -> None:
    AlembicProject(pytester.path / "app").make("sqlite:///nowhere.db", models=MODELS)
    outcomes, said = run(pytester, "-k", "one_head")
    assert outcomes == {"errors": 1, "deselected": 3}
    assert "Traceback" not in said
    project.write(
        "tests/conftest.py",
        """
        import pathlib
        import pytest

        @pytest.fixture(scope="session")
        def autogen_config():
            return {"root": pathlib.Path(__file__).parents[1] / "app"}
        """,
    )
    assert run(pytester)[0] == {"passed": 4}


def test_a_word_that_the_fixture_does_not_know(pytester: pytest.Pytester, project: AlembicProject) -> None:
    project.make("sqlite:///nowhere.db")
    project.write(
        "tests/conftest.py",
        """
        import pytest

        @pytest.fixture(scope="session")
        def autogen_config():
            return {"uri": "sqlite://"}
        """,
    )
    outcomes, said = run(pytester)
    assert outcomes == {"errors": 4}
    assert "During handling" not in said
    assert (
        "The fixture autogen_config says 'uri'; it may say root, models, url, migrations, database." in said
    )


def test_pytest_finds_the_plugin_and_loads_nothing_with_it() -> None:
    import tomllib

    root = Path(__file__).resolve().parents[2]
    points = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"][
        "pytest11"
    ]
    assert points == {"autogen.pytest_plugin": "autogen.pytest_plugin"}
    source = (root / "autogen" / "pytest_plugin.py").read_text("utf-8")
    top = [line for line in source.splitlines() if line.startswith(("import ", "from "))]
    assert not any("autogen" in line or "sqlalchemy" in line for line in top)
