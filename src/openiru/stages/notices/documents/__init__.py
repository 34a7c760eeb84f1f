"""What a notice looks like when it leaves: PDF with a signature, JSON, mail, portal package."""
