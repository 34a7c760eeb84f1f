"""The product as people use it: the real processes, a real browser, one story a test."""
