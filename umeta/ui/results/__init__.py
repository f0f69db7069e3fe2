"""The Results page: one sentence and one chart first, then a section for each further question."""
