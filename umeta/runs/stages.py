"""Stages of a run that its time left is told by, beside those that methods name themselves."""

TASKS_DRAWN = "test tasks"
"""A list of test tasks was drawn, of so many different `images`."""
TRIAL = "trial"
"""A few training steps are tried, before the encoder is trained."""
