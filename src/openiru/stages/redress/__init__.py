"""Appeals of account holders, and the undoing."""
