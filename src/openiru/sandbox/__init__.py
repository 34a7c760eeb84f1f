"""Stand-in platforms on loopback: a program of its own that knows nothing of the rest and decides by rules."""
