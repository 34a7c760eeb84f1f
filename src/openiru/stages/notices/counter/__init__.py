"""The counter: what a platform's own people may see and do about the notices that went to their platform, and nothing else."""
