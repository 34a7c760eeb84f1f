"""Settings, addresses and processes: the only floor that knows all the others."""
