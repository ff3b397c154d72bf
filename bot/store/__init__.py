"""SQL and nothing else: every function takes a transaction and returns values of `rules`."""
