"""The networks themselves, as functions of a dict of weights, for one network or many tasks' networks at once."""
