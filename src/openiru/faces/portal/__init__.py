"""The platforms' door: their people see what went to their platform and answer it; everybody sees our keys and our contact point."""
