"""Fuzzing of what reads untrusted bytes; `make fuzz` runs it long, `make test` short."""
