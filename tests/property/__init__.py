"""Random models, their mutations, and round trips of them on real databases."""
