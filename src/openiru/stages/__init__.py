"""The work, in the order in which data goes."""
