"""Designations: who is designated, by whom, since when, on which list version."""
