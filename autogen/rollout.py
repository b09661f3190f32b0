"""A comparison rolled out in phases: a draft for each, the script between them, one proof for the chain."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from autogen import operations as ops
from autogen.changes import Alter, Drop
from autogen.dialects.in_use import Online
from autogen.dialects.transition import RATHER_FAIL
from autogen.phase import Beside, Phase, PhaseName, Phasing, Stage
from autogen.phases import Facts, phased
from autogen.pipeline import Examination, noted
from autogen.plan import Comparison, Finding, Plan, Proof, Step
from autogen.resolution import restated
from autogen.schema import Column, Key, Kind, Schema, Skipped

if TYPE_CHECKING:
    from autogen.emit.revision import Header

BETWEEN = "the schema between the phases"
_SETTLED = frozenset(
    {
        "add-not-null-no-default",
        "client-default-only",
        "set-not-null",
        "set-not-null-mysql",
        "type-drops-stats",
        "type-rewrite",
    }
)
"""Rules whose findings the phases answer."""
_ANYWAY = "type-drops-stats"
"""What drafts answer in plain forms, too, where the table is in use."""


def phases_of(seen: Examination, plan: Plan) -> Phasing:
    """The phases of the comparison, with the rows of the live database in view."""

    def has_nulls(column: Key) -> bool | None:
        return seen.dialect.has_nulls(seen.connection, column) if seen.connection is not None else None

    facts = Facts(seen.has_rows, has_nulls, seen.scratch.dependents, seen.liftable)
    return phased(plan.comparison, seen.dialect, facts)


Again = Callable[[Examination, bool], Plan]
"""Reviews once more; the flag says whether rows are asked."""


def reviewed(seen: Examination, plan: Plan, phasing: Phasing, again: Again) -> Plan:
    """The plan with the findings of what is drafted: a column that may be left out before it goes can be
    added again on rows. What cannot be split is told among the notes."""
    standing = {c.key: c for phase in phasing.phases for c in phase.changes if isinstance(c, Drop)}
    changes = tuple(standing.get(c.key, c) if isinstance(c, Drop) else c for c in plan.comparison.changes)
    if changes != plan.comparison.changes:
        seen = replace(seen, comparison=replace(plan.comparison, changes=changes))
        plan = again(seen, True)
    plan = replace(plan, findings=(*plan.findings, *_locks_after_all(seen, plan, phasing, again)))
    left = dict.fromkeys(f for phase in phasing.phases for f in findings_of(phase, phasing, plan.findings))
    if phasing.phases:
        plan = replace(plan, findings=tuple(left))
    told = (Skipped(one.object, f"not split into phases: {one.reason}") for one in phasing.whole)
    comparison = plan.comparison
    return replace(plan, comparison=replace(comparison, notes=(*comparison.notes, *told)))


def _locks_after_all(seen: Examination, plan: Plan, phasing: Phasing, again: Again) -> Iterator[Finding]:
    """What waits in phases that stay in one transaction, where the safe forms would have let it go on."""
    from autogen.review.registry import registry

    held = [phase for phase in phasing.phases if _online(seen, phase, phase.removes).whole]
    if not held or not seen.online.tables or not seen.dialect.transactional_ddl:
        return
    told = {(finding.rule, finding.kind, finding.object) for finding in plan.findings}
    objects = _objects(held)
    for finding in again(replace(seen, forms=seen.forms._replace(mode="never")), False).findings:
        about = (finding.kind, finding.object)
        plain = bool(registry()[finding.rule].drafted) and finding.rule != _ANYWAY
        if plain and about in objects and (finding.rule, *about) not in told:
            yield finding


# -- drafts ----------------------------------------------------------------------------------------------


def draft_phases(
    seen: Examination,
    plan: Plan,
    phasing: Phasing,
    headers: Mapping[PhaseName, Header],
    script: str | None,
    line_length: int | None = None,
) -> list[str]:
    """The text of each phase's revision; ``script`` is the way to the backfill script."""
    from autogen.emit.order import order
    from autogen.emit.revision import LINE_LENGTH, draft
    from autogen.review import notes_for

    ids = {name: header.revision_id for name, header in headers.items()}
    texts = []
    for phase in phasing.phases:
        findings = findings_of(phase, phasing, plan.findings)
        notes = notes_for(findings)
        header = replace(headers[phase.name], order=order(phase.name, phasing, ids, script))
        upgrade = [noted(step, notes) for step in upgrade_steps(seen, phase, script)]
        text = draft(
            Plan(phase.comparison, findings),
            upgrade,
            downgrade_steps(seen, phase),
            header,
            line_length=line_length or LINE_LENGTH,
            transactional=seen.dialect.transactional_ddl,
        )
        texts.append(text)
    return texts


def findings_of(phase: Phase, phasing: Phasing, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings about what this phase does; those about a rename stand where it begins."""
    first, last = phase is phasing.phases[0], phase is phasing.phases[-1]
    split = {key.label for key, _ in phasing.why}
    mine, others = _objects([phase]), _objects([other for other in phasing.phases if other is not phase])
    found: list[Finding] = []
    for finding in findings:
        about = (finding.kind, finding.object)
        if finding.object in split and finding.rule in _SETTLED:
            continue
        if finding.object in split and finding.was:
            found += [replace(finding, message=_both_names(finding))] if first else []
        elif (about in mine and (last or about not in others)) or (last and about not in others):
            found.append(finding)
    return tuple(found)


def _objects(phases: Sequence[Phase]) -> set[tuple[Kind | None, str]]:
    return {(change.key.kind, change.key.label) for phase in phases for change in phase.changes}


def _both_names(finding: Finding) -> str:
    """What is still true of a rename's finding while both names stand."""
    breaks = f'Running code that uses "{finding.was.rpartition(".")[2]}" breaks.'
    stays = "Both names work until the contract revision."
    again = "delete these drafts, then autogen diff --phases --drop"
    return finding.message.replace(breaks, stays).replace("autogen diff --amend --drop", again)


def upgrade_steps(seen: Examination, phase: Phase, script: str | None) -> list[Step]:
    """Refuse while a backfill is open, take away what the phase before put up, change, put up."""
    steps: list[Step] = []
    transition = seen.dialect.transition()
    assert transition is not None
    for backfill in phase.backfills:
        key = backfill.column
        why = f"{key.label} is not filled in every row yet: run {script}"
        rows = f"SELECT 1 FROM {transition.table(key)} WHERE {backfill.unfilled}"
        steps.append(transition.refuse_while(rows, why, key))
    online = _online(seen, phase, phase.removes)
    steps += _timed(seen, _removed(phase.removes))
    for stage in phase.stages:
        steps += _lowered(seen, stage, online, down=False)
    return _calmed([*steps, *_timed(seen, _created(phase.beside))])


def downgrade_steps(seen: Examination, phase: Phase) -> list[Step]:
    """The exact way back, with the values that stages before it took away."""
    online = _online(seen, phase, phase.beside)
    steps = [*_refusals(seen, phase), *_timed(seen, _removed(phase.beside))]
    for stage in reversed(phase.stages):
        steps += _lowered(seen, stage, online, down=True)
        for key, sql in stage.refill:
            steps.append(ops.execute(sql, key, "fills it again, in all rows at once"))
    return _calmed([*steps, *_timed(seen, _created(phase.removes))])


def _refusals(seen: Examination, phase: Phase) -> list[Step]:
    """Columns that the phase lets be left out are NOT NULL again on the way back: that is refused as long as
    a row holds NULL, before anything is taken away."""
    transition = seen.dialect.transition()
    assert transition is not None
    left = phase.comparison.after
    steps = []
    for change in phase.changes:
        key = change.key
        if isinstance(change, Alter) and isinstance(change.before, Column) and key in left:
            now = left.by_key[key]
            if not change.before.nullable and isinstance(now, Column) and now.nullable:
                rows = f"SELECT 1 FROM {transition.table(key)} WHERE {transition.quote(key.name)} IS NULL"
                why = f"{key.label} holds NULL, which the schema before does not allow: fill it first"
                steps.append(transition.refuse_while(rows, why, key))
    return steps


def _online(seen: Examination, phase: Phase, taken_down: Sequence[Beside]) -> Online:
    """The tables in use, of which all steps are to stay in one transaction where something comes before
    them: a second run could not tell whether that has been done."""
    several = sum(bool(stage.comparison.changes) for stage in phase.stages) > 1
    return replace(seen.online, whole=bool(taken_down) or several)


def _lowered(seen: Examination, stage: Stage, online: Online, *, down: bool) -> list[Step]:
    comparison = stage.comparison
    if not comparison.changes:
        return []
    up_to, back_to = restated(comparison, seen.dialect, seen.scope, seen.scratch)
    before, after = comparison.before, comparison.after
    if down:
        return seen.dialect.steps(comparison.reversed, after, before, back_to, online)
    notes = dict(stage.notes)
    steps = seen.dialect.steps(comparison.changes, before, after, up_to, online)
    return [replace(s, note=notes.get(s.subject, "")) if _drops(s) and not s.note else s for s in steps]


def _timed(seen: Examination, steps: list[Step]) -> list[Step]:
    """The steps between a lock timeout and its end, where they lock a table in use."""
    transition = seen.dialect.transition()
    limits = transition.lock_limits(seen.online.lock_timeout) if transition else None
    if limits is None or not any(step.subject.owner in seen.online.tables for step in steps):
        return steps
    begin, end = limits
    return [ops.execute(begin, ops.NOWHERE, RATHER_FAIL), *steps, ops.execute(end, ops.NOWHERE)]


def _calmed(steps: Sequence[Step]) -> list[Step]:
    """The steps without a lock timeout that ends where the same one begins again."""
    kept: list[Step] = []
    limit = ""
    for step in steps:
        pause = kept and kept[-1].subject == step.subject == ops.NOWHERE
        if pause and not kept[-1].block and step.code.text == limit:
            kept.pop()
            continue
        kept.append(step)
        if step.subject == ops.NOWHERE and step.note == RATHER_FAIL:
            limit = step.code.text
    return kept


def _drops(step: Step) -> bool:
    return step.code.text.startswith("op.drop_column(")


def _created(beside: Sequence[Beside]) -> list[Step]:
    """What is put up, with its purpose where it begins."""
    return [
        ops.execute_lines(sql, one.table, "" if at else one.purpose)
        for one in beside
        for at, sql in enumerate(one.object.create)
    ]


def _removed(beside: Sequence[Beside]) -> list[Step]:
    return [ops.execute(sql, one.table) for one in reversed(beside) for sql in one.object.drop]


# -- the script and the proof ----------------------------------------------------------------------------


def backfill_text(
    seen: Examination, phasing: Phasing, header: Header, ids: Mapping[PhaseName, str], line_length: int
) -> str | None:
    """The text of the script that fills the rows; None where there is nothing to fill."""
    from autogen.emit.backfill import backfill_script
    from autogen.emit.order import about_script

    transition = seen.dialect.transition()
    backfills = [backfill for phase in phasing.phases for backfill in phase.backfills]
    if not backfills or transition is None:
        return None
    about = about_script(backfills, header, ids)
    return backfill_script(backfills, about, transition, line_length)


def prove_phases(seen: Examination, phasing: Phasing, texts: Sequence[str]) -> tuple[Proof, ...]:
    """Runs the drafts one after the other on a scratch database, up, down and up."""
    from autogen.compare import compare
    from autogen.prove.proof import Link, prove_chain

    def differ(current: Schema, desired: Schema) -> Comparison:
        return compare(current, desired, seen.dialect, seen.scratch)

    goals = [(phase.comparison.after, BETWEEN) for phase in phasing.phases[:-1]]
    goals.append((seen.desired, "the models"))
    links = [Link(text, *goal) for text, goal in zip(texts, goals, strict=True)]
    return prove_chain(links, seen.dialect, seen.scope, seen.scratch, differ, seen.metadatas)
