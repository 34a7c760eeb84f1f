"""Simulated people who drive the services."""
