"""The task plane: what constructions of tasks are made of, what practice on them adds, and what predicts it."""
