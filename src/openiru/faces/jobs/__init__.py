"""Time: the periodic tasks that ask each stage what is due."""
