"""Reports, accounts and items: what somebody tells us, untrusted."""
