"""Captured bytes, their digests, and who touched them."""
