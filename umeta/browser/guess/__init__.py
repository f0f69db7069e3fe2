"""The board of *guess it*: a person puts each query of a task into a row."""
