"""schema.lock in projects of its own: written, held against models and revisions, merged."""
