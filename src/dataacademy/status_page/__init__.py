"""A status page for residents: a town's figures as a small static site in several languages, with its data.json.

Another town is another configuration: :func:`example` or :func:`read_settings`, then :func:`check` and :func:`build`.
"""

from dataacademy.status_page.checklist import checklist
from dataacademy.status_page.corrections import corrections
from dataacademy.status_page.datafile import validate
from dataacademy.status_page.figures import daily, rate
from dataacademy.status_page.gate import check
from dataacademy.status_page.othersites import read_site_data
from dataacademy.status_page.settings import Settings, example, read_settings
from dataacademy.status_page.site import Site, build

__all__ = [
    "Settings",
    "Site",
    "build",
    "check",
    "checklist",
    "corrections",
    "daily",
    "example",
    "rate",
    "read_settings",
    "read_site_data",
    "validate",
]
