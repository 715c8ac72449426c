"""Exercises: ``solutions/`` in, ``exercises/`` out; what is in them, whether they are sound, how they are built."""

from dataacademy.course.exercises.releasing import release
from dataacademy.course.exercises.tasks import solution_file

__all__ = ["release", "solution_file"]
