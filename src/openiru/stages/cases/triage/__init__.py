"""Triage: queues as saved queries, holds and viewers, the score that explains itself, rules that officers write, bundles."""
