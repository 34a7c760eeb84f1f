"""May this account be referred? Assessment, protections and the decision of two people."""
