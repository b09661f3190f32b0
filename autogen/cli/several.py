"""A command for each of the databases that env.py configures by name, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from autogen.cli import ERROR
from autogen.cli.terminal import fail, paint, printable, say
from autogen.errors import AutogenError, SeveralDatabases

if TYPE_CHECKING:
    from autogen.runtime.deployment import Deployment

T = TypeVar("T")


def for_each(
    deployments: Sequence[Deployment],
    run: Callable[[Deployment], int],
    *,
    headed: str | None = "",
    stops: bool = True,
) -> int:
    """The gravest exit code. What is told of each stands under its name, with ``headed`` before it; None for
    no heading. ``stops`` says that the first that does not end well is the last that is run."""
    if len(deployments) == 1:
        return run(deployments[0])
    codes: list[int] = []
    for n, deployment in enumerate(deployments):
        if headed is not None:
            _head(n, f"{headed}{deployment.config.database}", deployment.shown)
        besides = _besides(deployments, n) if stops else ""
        try:
            codes.append(run(deployment) if stops else _going_on(run, deployment))
        except AutogenError as error:
            name = deployment.config.database
            told = AutogenError(f"{name}: {str(error).rstrip('.')}.{besides}")
            told.database = name
            raise told from error
        except KeyboardInterrupt:
            raise AutogenError(f"Interrupted at {deployment.config.database}.{besides}") from None
        if stops and codes[-1]:
            if besides:
                fail(besides.strip())
            break
    return max(codes)


def of_each(run: Callable[[str | None], int], database: str | None = None, form: str = "text") -> int:
    """Runs for the database that is named; for each under its name, where env.py configures several and none
    is. The gravest exit code."""
    try:
        return run(database)
    except SeveralDatabases as error:
        if form != "text" or not error.names:
            raise
        names = error.names
    codes = []
    for n, name in enumerate(names):
        _head(n, name)
        codes.append(_going_on(run, name))
    return max(codes)


def _going_on(run: Callable[[T], int], one: T) -> int:
    """The exit code of one; an error is told, and stops no other."""
    try:
        return run(one)
    except AutogenError as error:
        fail(str(error))
        return ERROR


def only_one(deployments: Sequence[Deployment], what: str) -> Deployment:
    """The one there is; an AutogenError where one has to be chosen."""
    if len(deployments) == 1:
        return deployments[0]
    names = [str(deployment.config.database) for deployment in deployments]
    raise AutogenError(
        f"{deployments[0].settings.env_py} configures {len(names)} databases: {', '.join(names)}. "
        f"{what} is about one of them: --database {names[0]}."
    )


def _head(n: int, name: str, place: str = "") -> None:
    title = paint(printable(name), "bold")
    say(f"{chr(10) if n else ''}{title}  {printable(place)}".rstrip(" "))


def _besides(deployments: Sequence[Deployment], n: int) -> str:
    """What became of the others."""
    before, after = (
        ", ".join(str(deployment.config.database) for deployment in some)
        for some in (deployments[:n], deployments[n + 1 :])
    )
    said = f" Done before: {before}." if before else ""
    return f"{said} Not begun: {after}." if after else said
