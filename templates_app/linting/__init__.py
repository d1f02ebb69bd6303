"""What Meta would refuse of a template, told before it is handed in. Pure.

Rules of Meta's pages on components, categories and errors, read in November 2026. Where Meta
gives no number, the finding is advice (`refuses` False), or says whose experience it is.
"""

from templates_app.linting.rules import lint
from templates_app.linting.types import Finding, Known

__all__ = ["Finding", "Known", "lint"]
