"""Texts that are sent to clients by themselves: how long they may be."""

from odoo import models

#: What the other networks' consoles allow, and what a client reads.
MAX_TEXT = 250


def fits(column):
    """Return the constraint that a translated text is not longer than that in any language."""
    return models.Constraint(
        f"CHECK (NOT jsonb_path_exists({column}, "
        f'\'$.* ? (@ like_regex "^.{{{MAX_TEXT + 1}}}" flag "s")\'))',
        "A text that is sent by itself has at most 250 characters, in every language.",
    )
