"""OpenIRU: an open-source Internet Referral Unit. It refers, proves and accounts; it never blocks."""
