"""All rules by their id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Protocol, cast

from autogen.dialects.base import Dialect
from autogen.plan import Finding
from autogen.review.context import Context
from autogen.review.rule import Rule
from autogen.review.rules import ALL
from autogen.review.written import WRITTEN


class Module(Protocol):
    """A file of ``rules/``: one RULE, or RULES where a file yields several ids."""

    def check(self, context: Context, /) -> Iterable[Finding]: ...


def modules(dialect: Dialect) -> Iterator[Module]:
    """The rules that concern a database, in the order in which they run."""
    for module in ALL:
        if any(not rule.dialects or dialect.is_among(rule.dialects) for rule in rules_of(module)):
            yield cast(Module, module)


def rules_of(module: object) -> tuple[Rule, ...]:
    several: Mapping[str, Rule] | None = getattr(module, "RULES", None)
    return tuple(several.values()) if several else (cast(Rule, module.RULE),)  # type: ignore[attr-defined]


@cache
def registry() -> Mapping[str, Rule]:
    """Every rule by its id, sorted."""
    found = [*(rule for module in ALL for rule in rules_of(module)), *WRITTEN]
    return {rule.id: rule for rule in sorted(found, key=lambda rule: rule.id)}


def nearest(name: str) -> str | None:
    """The id that somebody may have meant."""
    from difflib import get_close_matches

    near = get_close_matches(name.strip().lower().replace("_", "-"), registry(), 1, 0.5)
    return near[0] if near else None


def explanation(rule: Rule) -> str:
    """The long form: what happens, what to do, a risky and a safe draft; Markdown."""
    return files("autogen.review").joinpath("explanations", f"{rule.page or rule.id}.md").read_text("utf-8")
