"""The user's project: configuration files, models, database URL, Alembic environment and revisions."""
