"""Every way to name a MetaData, and every way an import can go wrong."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import MetaData

from autogen.config import Config, Secret
from autogen.errors import AutogenError
from autogen.project.models import load, load_models, make_importable

BASE = """
from sqlalchemy import MetaData, Table, Column, Integer
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
class Base(DeclarativeBase): pass
class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
"""
Write = Callable[..., str]
_numbers = itertools.count()


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Writes a package of its own name and gives that name back."""
    before = set(sys.modules)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.chdir(tmp_path)
    make_importable(tmp_path)

    def package(**files: str) -> str:
        name = f"autogen_test_{next(_numbers)}"
        folder = tmp_path / name
        for file, text in {"__init__": "", **files}.items():
            path = folder / f"{file.replace('__', '/') if not file.startswith('__') else file}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.replace("PKG", name), "utf-8")
        return name

    yield package
    for module in set(sys.modules) - before:
        if module.startswith("autogen_test_"):
            del sys.modules[module]


def test_a_base_a_metadata_and_a_dotted_path(write: Write) -> None:
    name = write(models=BASE + "meta = Base.metadata\nclass Holder: base = Base\n")
    found = load(f"{name}.models:Base")
    assert isinstance(found, MetaData)
    assert list(found.tables) == ["users"]
    assert load(f"{name}.models:meta") is found
    assert load(f"{name}.models:Holder.base") is found
    assert load(f"{name}.models:User") is found
    assert load(f"{name}.models:User.__table__") is found


def test_a_sqlmodel_class(write: Write) -> None:
    from sqlmodel import SQLModel

    name = write(
        models="from sqlmodel import SQLModel, Field\n"
        "class PKGHero(SQLModel, table=True):\n    id: int | None = Field(primary_key=True)\n"
    )
    try:
        assert load(f"{name}.models:SQLModel") is SQLModel.metadata
        assert load(f"{name}.models") is SQLModel.metadata
    finally:
        SQLModel.metadata.clear()


def test_a_module_is_searched_and_the_same_metadata_counts_once(write: Write) -> None:
    name = write(models=BASE + "meta = Base.metadata\nfrom sqlmodel import SQLModel\n")
    assert list(load(f"{name}.models").tables) == ["users"]


def test_a_package_without_tables_is_searched_through_its_modules(write: Write) -> None:
    name = write(
        base="from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): pass\n",
        user=BASE.replace("class Base(DeclarativeBase): pass", "from PKG.base import Base"),
        __main__="raise SystemExit('a program, not models')",
    )
    assert list(load(name).tables) == ["users"]


def test_several_are_listed_with_their_names(write: Write) -> None:
    name = write(models=BASE + "other = MetaData()\nTable('t', other, Column('a', Integer))\n")
    with pytest.raises(AutogenError) as caught:
        load(f"{name}.models")
    assert f"{name}.models:Base (1 table), {name}.models:other (1 table)" in str(caught.value)


def test_none_and_no_attribute_are_told(write: Write) -> None:
    name = write(models=BASE, empty="x = 1\nclass Odd:\n    metadata = {}\n")
    with pytest.raises(AutogenError, match="has no MetaData"):
        load(f"{name}.empty")
    with pytest.raises(AutogenError, match=rf"has no attribute 'Bsae'\. Found there: {name}\.models:Base\."):
        load(f"{name}.models:Bsae")
    with pytest.raises(AutogenError, match="of type int; it is neither"):
        load(f"{name}.empty:x")


@pytest.mark.parametrize(
    ("given", "instead"),
    [
        ("app/models.py", "app.models"),
        ("./src/app/models.py:Base", "app.models:Base"),
        ("app\\models.py", "app.models"),
        ("models.py", "models"),
        ("app/__init__.py", "app"),
    ],
)
def test_a_file_path_gets_the_module_syntax_suggested(given: str, instead: str) -> None:
    with pytest.raises(AutogenError) as caught:
        load(given)
    assert str(caught.value).endswith(f"name the module instead: {instead}")


@pytest.mark.parametrize("given", ["a b", "a..b", ":Base", "a:", "a:b:c", "a-b:c"])
def test_what_is_no_name_is_told(given: str) -> None:
    with pytest.raises(AutogenError, match="not a name that can be imported"):
        load(given)


@pytest.mark.parametrize(
    ("code", "said", "line"),
    [
        ("x = 1\nx.y\n", "AttributeError: 'int' object has no attribute 'y'", "line 2\n    x.y"),
        ("import nosuch_module\n", "No module named 'nosuch_module'", "line 1\n    import nosuch_module"),
        ("import sys\nsys.exit(3)\n", "sys.exit(3)", "line 2\n    sys.exit(3)"),
        ("raise KeyboardInterrupt\n", "KeyboardInterrupt", "line 1\n    raise KeyboardInterrupt"),
        ("def f(:\n", "SyntaxError", "line 1\n    def f(:"),
        ("from sqlalchemy import nosuch\n", "cannot import name 'nosuch'", "line 1\n"),
        ("import warnings\nwarnings.warn('x')\n", "UserWarning: x", "line 2\n    warnings.warn"),
    ],
)
def test_a_failed_import_shows_its_own_last_frame(write: Write, code: str, said: str, line: str) -> None:
    name = write(models=code)
    with pytest.raises(AutogenError) as caught:
        load(f"{name}.models:Base")
    message = str(caught.value)
    assert said in message
    assert f"{name}/models.py, {line}" in message
    assert "autogen/project" not in message


def test_a_missing_module_names_where_it_was_looked_for(write: Write, tmp_path: Path) -> None:
    name = write()
    with pytest.raises(AutogenError) as caught:
        load(f"{name}.nosuch:Base")
    assert f"no module '{name}.nosuch'" in str(caught.value)
    assert str(tmp_path) in str(caught.value)
    with pytest.raises(AutogenError, match=r"no module 'nosuch_top', which 'nosuch_top.models' is to lie in"):
        load("nosuch_top.models")


def test_what_models_print_goes_to_stderr(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    name = write(models="print('noise')\n" + BASE)
    load(f"{name}.models")
    assert capsys.readouterr() == ("", "noise\n")


def test_several_names_give_each_metadata_once_in_order(write: Write, tmp_path: Path) -> None:
    name = write(
        a=BASE, b="from PKG.a import Base, User\n", c="from sqlalchemy import MetaData\nm = MetaData()\n"
    )
    config = Config((f"{name}.c:m", f"{name}.a", f"{name}.b"), Secret("sqlite://"), tmp_path, tmp_path)
    assert [list(metadata.tables) for metadata in load_models(config)] == [[], ["users"]]


def test_src_is_importable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", ["elsewhere"])
    monkeypatch.chdir(tmp_path)
    tmp_path.joinpath("src").mkdir()
    make_importable(tmp_path)
    make_importable(tmp_path)
    assert sys.path == [str(tmp_path), str(tmp_path / "src"), "elsewhere"]
