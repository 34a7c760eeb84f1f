"""Detection as a library: Arrow tables in, matches out. It suggests and explains, it never decides, and it knows no database."""
