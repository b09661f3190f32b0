"""Comparison -> findings: what a careful colleague would point at before the draft is run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from autogen.dialects.base import Dialect
from autogen.dialects.facts import Asked, Facts
from autogen.errors import AutogenError
from autogen.plan import Comparison, Finding
from autogen.review.context import Context
from autogen.review.inquiry import Inquiry
from autogen.review.registry import Module, modules, rules_of
from autogen.review.rule import SEVERITIES as SEVERITIES
from autogen.review.rule import Rule
from autogen.schema import Dependent, Key

_DROPS = ("drop-table", "drop-column")
_NOTED = ("probable-rename", *_DROPS)
"""Rules whose findings stand on the line of the drop, the most telling first."""

Failed = Callable[[Rule, Exception], Finding]
"""A rule that failed, and by what, as a finding."""


def review(
    comparison: Comparison,
    dialect: Dialect,
    has_rows: Callable[[Key], bool | None],
    beside: Callable[[], tuple[Dependent, ...]] = tuple,
    inquiry: Inquiry | None = None,
    *,
    catalog: Callable[[Asked], Facts] = lambda _: Facts(),
    client: Callable[[], Mapping[Key, str]] = dict,
    online: Callable[[Key], bool] = lambda _: False,
    failed: Failed | None = None,
) -> tuple[Finding, ...]:
    """The findings, the gravest first.

    ``has_rows`` tells whether a table of the database (its key there, before any rename) holds rows; None,
    where that is not known, counts as rows. Each table is asked for once at most. ``beside`` gives what
    lives beside the tables, ``inquiry`` how rows are asked for evidence (without one, none are), ``catalog``
    what the catalog says, ``client`` the columns that the models' own code fills in, ``online`` whether the
    draft changes a table in the forms that keep it usable.

    A rule that fails ends the review: nothing is drafted that was not looked at whole. Where what is looked
    at is there already, ``failed`` makes a finding of it, and the other rules go on.
    """
    context = Context(comparison, dialect, has_rows, beside, inquiry, catalog, client, online)
    findings: set[Finding] = set()
    for module in modules(dialect):
        findings.update(_answered(finding, comparison) for finding in _checked(module, context, failed))
        context.found = tuple(findings)
    return in_order(findings)


def _checked(module: Module, context: Context, failed: Failed | None) -> list[Finding]:
    found: list[Finding] = []
    try:
        found.extend(module.check(context))
    except Exception as error:
        from sqlalchemy.exc import SQLAlchemyError

        # where the database's answer is what is wrong, the rule is not
        if failed is None or isinstance(error, AutogenError | SQLAlchemyError):
            raise
        found.append(failed(rules_of(module)[0], error))
    return found


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The gravest first, the rest by object and rule."""
    return tuple(
        sorted(
            findings, key=lambda f: (SEVERITIES.index(f.severity), f.object, f.rule, f.kind or "", f.message)
        )
    )


def _answered(finding: Finding, comparison: Comparison) -> Finding:
    """The finding, settled where somebody said that its object is to be dropped."""
    for key, by in comparison.renaming.dropped:
        if finding.rule in _DROPS and (finding.kind, finding.object) == (key.kind, key.label):
            said = f"answered by {by}"
            return replace(finding, answer=said, message=f"{finding.message} A{said[1:]}.")
    return finding


def notes_for(findings: Iterable[Finding]) -> Mapping[str, str]:
    """A few words for the line of a draft that drops something, by the label of what it drops."""
    notes: dict[str, str] = {}
    noted = [finding for finding in findings if finding.rule in _NOTED]
    for finding in sorted(noted, key=lambda f: _NOTED.index(f.rule)):
        words = finding.headline
        notes.setdefault(finding.object, f"{words[:1].lower()}{words[1:]}")
    return notes
