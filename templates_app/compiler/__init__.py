"""The one compiler of templates: components and values to the Graph payload *and* the preview.

Pure. What it cannot express yet is not sendable, with the obstacle named.
"""

from templates_app.compiler.checks import OWN
from templates_app.compiler.compiling import compile, obstacle_of, preview, variables_of
from templates_app.compiler.plan import body_of
from templates_app.compiler.types import (
    FILES,
    BadValues,
    Compiled,
    Fault,
    Kind,
    Mismatch,
    NotSendable,
    Obstacle,
    Preview,
    Template,
    Values,
    Variable,
    Why,
)

__all__ = [
    "FILES",
    "OWN",
    "BadValues",
    "Compiled",
    "Fault",
    "Kind",
    "Mismatch",
    "NotSendable",
    "Obstacle",
    "Preview",
    "Template",
    "Values",
    "Variable",
    "Why",
    "body_of",
    "compile",
    "obstacle_of",
    "preview",
    "variables_of",
]
