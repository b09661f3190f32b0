"""Proofs that many tests of this folder ask for."""

from tests.databases.scratches import proofs_on_emptied_databases

__all__ = ["proofs_on_emptied_databases"]
