"""Watch lists: public posts of named accounts or search terms on open networks, for a time that two people agreed to."""
