"""Stand-ins of report interfaces on loopback, each written from the published schema; they import nothing of the product."""
