"""The machine's door: REST under /api/v1 with an OpenAPI description; the same services, rules and permissions as the console."""
