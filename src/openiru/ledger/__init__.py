"""The tamper-evident log that every stage stands on."""
