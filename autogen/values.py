"""The decorator of the plain values that the stages hand on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as value
else:
    from dataclasses import dataclass, fields

    def value(*, frozen, slots=False):
        """A dataclass that the type checker keeps frozen. Enforced at run time as well, it would take three
        times as long to make one, and a comparison makes hundreds of thousands; and every method that is
        generated costs each run a part of a millisecond, so all share one ``repr``."""

        def made(cls):
            if "__repr__" not in cls.__dict__:
                cls.__repr__ = _shown
            return dataclass(slots=slots, unsafe_hash=frozen, repr=False)(cls)

        return made

    def _shown(self):
        shown = (f"{f.name}={getattr(self, f.name)!r}" for f in fields(self) if f.repr)
        return f"{type(self).__qualname__}({', '.join(shown)})"


__all__ = ["value"]
