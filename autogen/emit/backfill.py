"""Backfills -> the script that a person runs between two revisions."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from autogen.dialects.transition import Transition
from autogen.emit.revision import LINE_LENGTH
from autogen.phase import Backfill
from autogen.source import comment, docstring, literal

_JOBS = "JOBS: tuple[Job, ...] = ()\n"
_EACH_BATCH = "EACH_BATCH: tuple[str, ...] = ()\n"
_FILL_IN = "FILL IN: an SQL expression for"
_BY_MODELS = "what the models give to new rows: check that it suits the rows that stand"


def backfill_script(
    backfills: Sequence[Backfill], about: str, transition: Transition, line_length: int = LINE_LENGTH
) -> str:
    """The script's text, formatted and checked to compile; ``about`` is what its docstring says."""
    import black

    source = files("autogen.emit").joinpath("backfill_script.py").read_text("utf-8")
    _, _, code = source.partition("\n\nfrom __future__")
    for place, values in (
        (_EACH_BATCH, f"EACH_BATCH: tuple[str, ...] = {_tuple(transition.each_batch)}\n"),
        (_JOBS, f"JOBS: tuple[Job, ...] = ({''.join(_job(b, transition) for b in backfills)})\n"),
    ):
        if code.count(place) != 1:
            raise ValueError(f"the template has no single line {place!r}")
        code = code.replace(place, values)
    text = f'"""{docstring(about)}\n"""\n\nfrom __future__{code}'
    text = black.format_str(text, mode=black.Mode(line_length=line_length))
    compile(text, "<backfill>", "exec")
    return text


def _job(backfill: Backfill, transition: Transition) -> str:
    column = backfill.column
    arguments = {
        "schema": literal(column.schema or None),
        "table": literal(column.table),
        "column": literal(column.name),
        "key": _tuple(backfill.key),
        "value": literal(backfill.value),
        "unfilled": literal(backfill.unfilled),
        "estimate": literal(transition.estimate(column)),
    }
    if backfill.unmoved:
        arguments["keep"] = _tuple(backfill.unmoved)
    lines = [f"    {name}={value},\n" for name, value in arguments.items()]
    if backfill.value is None:
        words = f'{_FILL_IN} {column.label} in the rows that have none, such as "\'unknown\'" or "0"'
        lines.insert(list(arguments).index("value"), f"    # {comment(words)}\n")
    elif backfill.by_models:
        lines.insert(list(arguments).index("value"), f"    # {_BY_MODELS}\n")
    return f"Job(\n{''.join(lines)}),\n"


def _tuple(values: Sequence[str]) -> str:
    return f"({', '.join(map(literal, values))}{',' if len(values) == 1 else ''})"
