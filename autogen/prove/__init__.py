"""The proof: a draft is run up, down and up again on a scratch copy of the live schema."""
