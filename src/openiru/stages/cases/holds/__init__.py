"""Deconfliction: another agency has an interest in an account; which one, and why, stays with the hub."""
