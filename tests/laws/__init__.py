"""The laws of the house (DESIGN.md), one file a law: in rules, in services, and in the database."""
