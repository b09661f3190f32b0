"""The life of a revision after it was written: run, undone, looked at, proven.

Alembic's own runtime runs the revisions, in the project's own env.py; what is added is a lock, a record of
the statements, and words for what happened.
"""
