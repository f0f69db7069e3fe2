"""What the Results page says: one sentence and one chart first, then a section for each further question."""
