"""Looking again with our own eyes: presence, its schedule and what several looks allow us to say."""
