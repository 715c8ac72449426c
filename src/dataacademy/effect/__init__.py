"""Effect measurement: did it work, and how would we know."""

from dataacademy.effect.differences import did
from dataacademy.effect.discontinuity import rdd
from dataacademy.effect.discontinuity_chart import rdd_chart
from dataacademy.effect.indicators import Indicator, indicator
from dataacademy.effect.interrupted import its, its_chart
from dataacademy.effect.leads import event_study, event_study_chart
from dataacademy.effect.likeness import balance
from dataacademy.effect.logic import check_logic_model, logic_model
from dataacademy.effect.pilot import go_no_go, plan_pilot
from dataacademy.effect.prepost import before_after
from dataacademy.effect.rates import decompose_rate
from dataacademy.effect.rehearsal import rehearse_pilot
from dataacademy.effect.synthetic import synthetic_control
from dataacademy.effect.synthetic_chart import synthetic_control_chart
from dataacademy.effect.trial import rct

__all__ = [
    "Indicator",
    "balance",
    "before_after",
    "check_logic_model",
    "decompose_rate",
    "did",
    "event_study",
    "event_study_chart",
    "go_no_go",
    "indicator",
    "its",
    "its_chart",
    "logic_model",
    "plan_pilot",
    "rct",
    "rdd",
    "rdd_chart",
    "rehearse_pilot",
    "synthetic_control",
    "synthetic_control_chart",
]
