"""The only SQL and the only database drivers; two verbs, `fetch` and `write`, on two engines."""
