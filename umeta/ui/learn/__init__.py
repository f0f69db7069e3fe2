"""The Learn page: the lessons of `umeta.lessons` on screen.

player.py     a lesson, step by step
hands.py      what was predicted, by one person and by a class
overview.py   the list of lessons; teacher.py  all links, and what a class predicted
"""
