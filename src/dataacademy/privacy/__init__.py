"""Personal data: who can still be told apart, and what to do before a table is handed out."""

from dataacademy.privacy.anonymity import k_anonymity
from dataacademy.privacy.audit import audit_table
from dataacademy.privacy.cells import suppress_table
from dataacademy.privacy.coarsen import bottom_code, generalize, top_code
from dataacademy.privacy.columns import classify
from dataacademy.privacy.diversity import l_diversity, t_closeness
from dataacademy.privacy.gate import release_check
from dataacademy.privacy.masking import local_suppression, mondrian
from dataacademy.privacy.pseudonyms import new_key, pseudonymize
from dataacademy.privacy.release import release
from dataacademy.privacy.risk import risk_report
from dataacademy.privacy.route import legal_route, legal_route_chart
from dataacademy.privacy.twin import synthesize

__all__ = [
    "audit_table",
    "bottom_code",
    "classify",
    "generalize",
    "k_anonymity",
    "l_diversity",
    "legal_route",
    "legal_route_chart",
    "local_suppression",
    "mondrian",
    "new_key",
    "pseudonymize",
    "release",
    "release_check",
    "risk_report",
    "suppress_table",
    "synthesize",
    "t_closeness",
    "top_code",
]
