"""The tasks page: one task at a time, guessed by a person, beside other kinds, in an order, and a thousand judged."""
