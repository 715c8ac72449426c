"""Grading a class: learners' code runs confined, answers are judged outside its process, nothing is lost."""
