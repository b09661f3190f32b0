"""The pytest plugin: fixtures for the tests of ``autogen.testing``.

pytest imports this in every run of every project that has autogen installed: nothing but pytest is imported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from autogen.project.location import Project


@pytest.fixture(scope="session")
def autogen_config() -> Mapping[str, Any]:
    """What the tests of ``autogen.testing`` are told besides the project's own configuration. A fixture of
    this name in conftest.py may say ``root``, ``models``, ``url``, ``migrations`` and ``database``."""
    return {}


@pytest.fixture(scope="session")
def autogen_project(autogen_config: Mapping[str, Any], pytestconfig: pytest.Config) -> Project:
    """The project that autogen_config describes, by default the one in pytest's root folder."""
    from autogen.config import load_config
    from autogen.errors import AutogenError
    from autogen.project.location import load_project

    known = ("root", "models", "url", "migrations", "database")
    unknown = sorted(set(autogen_config) - set(known))
    with told():
        if unknown:
            raise AutogenError(
                f"The fixture autogen_config says {unknown[0]!r}; it may say {', '.join(known)}."
            )
        given = {"root": pytestconfig.rootpath, **autogen_config}
        return load_project(load_config(**given))


@contextmanager
def told() -> Iterator[None]:
    """What autogen cannot go on from fails the test with autogen's own words, and no traceback."""
    from autogen.errors import AutogenError
    from autogen.project.url import mask

    try:
        yield
    except AutogenError as error:
        raise pytest.fail.Exception(mask(str(error)), pytrace=False) from None
