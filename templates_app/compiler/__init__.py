"""The one compiler of templates: components and values to the Graph payload *and* the preview.

Pure. What it cannot express yet is not sendable, with the obstacle named.
"""

from templates_app.compiler.compiling import compile, obstacle_of, preview, variables_of
from templates_app.compiler.plan import body_of
from templates_app.compiler.types import (
    BadValues,
    Compiled,
    Fault,
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
    "BadValues",
    "Compiled",
    "Fault",
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
