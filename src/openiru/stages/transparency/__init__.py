"""Figures that open their lists, claimed beside verified."""
