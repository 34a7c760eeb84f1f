"""Quality of decisions: golden sets, blind second reviews, agreement with its interval, drift."""
