"""The Data page: a card for each data set, and one for a person's own images."""
