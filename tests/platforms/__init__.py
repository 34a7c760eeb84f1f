"""Tests of what we know of each platform."""
