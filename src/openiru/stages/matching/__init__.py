"""Runs detection over what came in; keeps matches, banks and what reviewers say of both."""
