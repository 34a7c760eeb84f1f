"""What is sent: composed, checked, queued, chased on a clock, answered."""
