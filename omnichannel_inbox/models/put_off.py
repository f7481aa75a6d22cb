"""What waits says for how long it was put off: no wrong clock makes it wait for longer."""

from datetime import timedelta

from odoo import fields

#: Seconds by which the clocks of two servers may differ without anybody noticing.
MARGIN = 60


def recall(records_model, waiting, name="due_at"):
    """What waits longer than it was put off is due now: a clock was wrong then, or is put right.

    :param waiting: the domain of what waits
    """
    now = fields.Datetime.now()
    ahead = records_model.search([*waiting, (name, ">", now + timedelta(seconds=MARGIN))])
    late = ahead.filtered(
        lambda record: record[name] > now + timedelta(seconds=record.put_off + MARGIN)
    )
    if late:
        late[name] = now
        late.flush_recordset([name])
