"""What was received and delivered, counted: nothing is lost, and the product can prove it."""

from collections import defaultdict
from dataclasses import dataclass

from odoo.fields import Domain


@dataclass
class Counts:
    """Of a conversation or a channel; ``missing`` are messages known to exist, and not there."""

    received: int = 0
    missing: int = 0
    said: int = 0
    delivered: int = 0
    unknown: int = 0


def count_by(env, field_name, ids, domain=()):
    """Return the counts of each of these conversations or channels, by id.

    :param domain: which messages to count, all without one
    """
    counts = defaultdict(Counts)
    within = Domain(field_name, "in", ids)
    # sudo: omnichannel.message, omnichannel.gap - numbers tell nothing about anybody
    message_sudo, gap_sudo = env["omnichannel.message"].sudo(), env["omnichannel.gap"].sudo()
    own = Domain("companion_of_id", "=", False) & Domain("failure_code", "not in", ["withdrawn"])
    for record, direction, state, number in message_sudo._read_group(
        within & own & Domain(list(domain)), [field_name, "direction", "state"], ["__count"]
    ):
        _add(counts[record.id], direction, state, number)
    for record, number in gap_sudo._read_group(
        within & Domain("state", "=", "missing"), [field_name], ["__count"]
    ):
        counts[record.id].missing += number
    return counts


def _add(counts, direction, state, number):
    if direction == "in":
        counts.received += number
        return
    counts.said += number
    counts.delivered += number if state in ("sent", "delivered", "read") else 0
    counts.unknown += number if state == "unknown" else 0


def describe(env, counts):
    """Return the counts in words."""
    return env._(
        "received %(received)s of %(there)s, delivered %(delivered)s of %(said)s, "
        "possibly sent %(unknown)s",
        received=counts.received,
        there=counts.received + counts.missing,
        delivered=counts.delivered,
        said=counts.said,
        unknown=counts.unknown,
    )
