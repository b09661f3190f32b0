"""One rule a file: ``RULE`` names it, ``check(context)`` yields its findings. ``ALL`` is what is run."""

from autogen.review.rules import (
    add_check,
    add_exclusion,
    add_fk,
    add_not_null_no_default,
    add_pk,
    add_unique,
    drop_column,
    drop_table,
    probable_rename,
    rename,
    rename_breaks,
    set_not_null,
    type_clash,
    type_lossy,
)

ALL = (
    rename,
    rename_breaks,
    probable_rename,
    drop_table,
    drop_column,
    add_not_null_no_default,
    set_not_null,
    add_unique,
    add_pk,
    add_fk,
    add_check,
    add_exclusion,
    type_lossy,
    type_clash,
)
