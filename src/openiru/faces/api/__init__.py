"""The machine interface, with OpenAPI."""
