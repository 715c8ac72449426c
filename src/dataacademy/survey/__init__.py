"""Questionnaires."""

from dataacademy.survey.codebook import Codebook, Question, label, read_codebook
from dataacademy.survey.design import Design
from dataacademy.survey.tables import gt_table, tabulate
from dataacademy.survey.crosstabs import crosstab
from dataacademy.survey.multiple import multiple_response
from dataacademy.survey.scales import likert, nps, top2box
