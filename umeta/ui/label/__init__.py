"""The Label page: a person marks a few images, and the methods are judged by these marks."""
