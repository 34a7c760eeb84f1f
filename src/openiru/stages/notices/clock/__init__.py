"""The clock of a notice (docs/clock.md): calendars and timers as pure values, reminders by themselves, further steps by two people."""
