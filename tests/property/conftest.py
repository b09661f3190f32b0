"""The scratch databases of this folder."""

from tests.databases.scratches import proofs_on_emptied_databases

__all__ = ["proofs_on_emptied_databases"]
