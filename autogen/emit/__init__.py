"""Plan -> text: the revision file, its message, its SQL, and what is told to people and machines.

Import from the modules: each is needed in another situation, and ``check`` in sync needs hardly any.
"""
