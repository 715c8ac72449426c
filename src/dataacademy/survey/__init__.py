"""Questionnaires (アンケート): from the codebook to tables that know how the sample was drawn.

``read_codebook`` and ``label`` give codes their words; ``Design`` says how people were chosen, and every function takes
it in place of a table.  ``tabulate``, ``gt_table``, ``crosstab``, ``multiple_response``, ``likert``, ``top2box`` and
``nps`` count; ``cs_portfolio``, ``cronbach_alpha``, ``correspondence`` look at many questions together; ``rake`` and
``poststratify`` make weights; ``drawn`` says what a table tells of its sample, ``check_wording`` reads a draft;
``response_rate`` and ``margin_of_error`` say how far the answers reach.
わからない, 無回答 and empty cells are never part of a percentage without saying so.
"""

from dataacademy.survey.codebook import ROLES, Codebook, Question, read_codebook
from dataacademy.survey.correspond import correspondence, correspondence_map
from dataacademy.survey.crosstabs import Crosstab, crosstab
from dataacademy.survey.design import Design
from dataacademy.survey.drawn import Drawn, drawn
from dataacademy.survey.labelling import label
from dataacademy.survey.multiple import multiple_response
from dataacademy.survey.planning import margin_of_error, response_rate
from dataacademy.survey.portfolio import cs_portfolio
from dataacademy.survey.reliability import cronbach_alpha
from dataacademy.survey.scales import likert, nps, top2box
from dataacademy.survey.tables import gt_table, tabulate
from dataacademy.survey.weighting import Weighting, poststratify, rake
from dataacademy.survey.wording import check_wording, example_draft

__all__ = [
    "ROLES",
    "Codebook",
    "Crosstab",
    "Design",
    "Drawn",
    "Question",
    "Weighting",
    "check_wording",
    "correspondence",
    "correspondence_map",
    "cronbach_alpha",
    "crosstab",
    "cs_portfolio",
    "drawn",
    "example_draft",
    "gt_table",
    "label",
    "likert",
    "margin_of_error",
    "multiple_response",
    "nps",
    "poststratify",
    "rake",
    "read_codebook",
    "response_rate",
    "tabulate",
    "top2box",
]
