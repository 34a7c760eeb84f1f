"""Who calls: pages, commands, jobs and the exercise; they read the clock, queries and services."""
