"""Signs of protected speech in a text, with the words they come from; versioned data and one pure finder."""
