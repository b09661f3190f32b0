"""The names PostgreSQL gives to constraints that have none."""

from __future__ import annotations

from autogen.dialects.postgresql import canonical, syntax
from autogen.schema import Check, Constraint, Exclude, ForeignKey, PrimaryKey

_MAX_BYTES = 63


def default_name(constraint: Constraint, taken: frozenset[str]) -> str | None:
    """``t_col_key``, ``t_col_fkey``, ``t_pkey`` …, numbered where the name is taken."""
    middle, label = _middle(constraint), _label(constraint)
    name, number = object_name(constraint.table, middle, label), 0
    while name in taken:
        number += 1
        name = object_name(constraint.table, middle, f"{label}{number}")
    return name


def _label(constraint: Constraint) -> str:
    if isinstance(constraint, PrimaryKey):
        return "pkey"
    if isinstance(constraint, ForeignKey):
        return "fkey"
    if isinstance(constraint, Check):
        return "check"
    return "excl" if isinstance(constraint, Exclude) else "key"


def _middle(constraint: Constraint) -> str | None:
    """The part between table and label: the columns, where the server names them."""
    if isinstance(constraint, PrimaryKey):
        return None
    if isinstance(constraint, Check):
        names = columns_of(constraint.expression)
        return names[0] if len(names) == 1 else None
    if isinstance(constraint, Exclude):
        return _joined(_exclude_names(constraint.definition))
    return _joined(constraint.columns)


def _joined(names: tuple[str, ...] | list[str]) -> str:
    return "_".join(names).encode()[:_MAX_BYTES].decode(errors="ignore")


def columns_of(sql: str) -> list[str]:
    """The columns an expression reads, each once; none where the expression is not understood."""
    try:
        node = syntax.parse(sql)
    except syntax.Unparsed:
        return []
    found: dict[str, None] = {}
    waiting = [node]
    while waiting:
        next_ = waiting.pop()
        if next_.kind == "name":
            found[next_.args[-1]] = None
        waiting.extend(arg for arg in next_.args if isinstance(arg, syntax.Node))
    return list(found)


def _exclude_names(definition: str) -> list[str]:
    """Columns of an exclusion; expressions are all called ``expr``, with a number from the second on."""
    try:
        found = syntax.tokens(definition.partition("(")[2])
    except syntax.Unparsed:
        return []
    depth, end = 1, len(found)
    for at, (kind, text) in enumerate(found):
        if kind == "mark":
            depth += {"(": 1, ")": -1}.get(text, 0)
        if depth == 0:
            end = at
            break
    names: list[str] = []
    for element in canonical.split(found[:end]):
        plain = len(element) > 1 and element[0][0] in ("word", "quoted") and element[1][1] != "("
        name = canonical.unquoted(element[0][1]) if plain else "expr"
        taken, number = name, 0
        while taken in names:
            number += 1
            taken = f"{name}{number}"
        names.append(taken)
    return names


def object_name(first: str, middle: str | None, label: str) -> str:
    """The server's rule: the longer of the two names gives up bytes until all fits."""
    room = _MAX_BYTES - len(label) - 1 - (1 if middle is not None else 0)
    one, two = first.encode(), (middle or "").encode()
    sizes = [len(one), len(two)]
    while sum(sizes) > room:
        sizes[0 if sizes[0] > sizes[1] else 1] -= 1
    parts = [one[: sizes[0]].decode(errors="ignore")]
    if middle is not None:
        parts.append(two[: sizes[1]].decode(errors="ignore"))
    return "_".join([*parts, label])
