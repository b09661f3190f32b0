"""autogen: drafts Alembic migrations from SQLAlchemy models and a live database, and proves them."""

__version__ = "0.1.0"
