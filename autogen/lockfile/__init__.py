"""schema.lock: the schema that the head revision reaches, as a file beside the revisions."""
