import logging
import os

from hypothesis import HealthCheck, Phase, settings as how
from hypothesis.stateful import run_state_machine_as_test

from odoo import Command
from odoo.tests import tagged

from .rules_checks import ANSWERS, CLOSING, QUESTION
from .rules_machine import AnyOrder
from .test_bot import Bots
from .test_distribution import DistributionCase

_logger = logging.getLogger(__name__)

#: Sequences that are played: always the same few, or so many new ones as asked for.
EXAMPLES = int(os.environ.get("RULES_EXAMPLES") or 0)
#: To find the shortest one that fails takes minutes.
PHASES = (Phase.generate, Phase.shrink) if os.environ.get("RULES_SHRINK") else (Phase.generate,)
USUAL, STEPS = 7, 30


@tagged("-at_install", "post_install")
class TestAnyOrderOfRules(Bots, DistributionCase):
    """Bot, queue, automatic answers, silence, rating and people at once, in any order."""

    def setUp(self):
        super().setUp()
        self.steps = 0
        self.channel.operator_ids |= self.stranger
        self.show(self.stranger, "online")
        self.calendars = {
            "by_day": self.new_calendar("By day", ((day, 9, 18) for day in range(5))),
            "never": self.new_calendar("Never", ()),
        }
        night = self.new_bot(
            {"kind": "text", "text": "Your name?", "save_to": "name", "timeout": 10},
            {"kind": "hand", "text": "Boris will call", "user_id": self.boris.id},
        )
        self.script.step_ids.filtered("command").command = "/people"
        self.channel.write(
            {
                "asks_rating": True,
                "rating_question": QUESTION,
                "closing_text": CLOSING,
                "notice_user_ids": [Command.link(self.vera.id)],
                "notice_waiting_minutes": 20,
                "outside_hours": "silent",
                "pass_on_minutes": 10,
                "outside_bot_id": night.id,
                "shows_operator": True,
                "silence_after": 24,
                "auto_answer_ids": [
                    Command.create({"text": ANSWERS[0], "delay": 2, "repeat_every": 15})
                ],
            }
        )

    def new_calendar(self, name, hours):
        return self.env["resource.calendar"].create(
            {
                "name": name,
                "tz": "UTC",
                "company_id": self.company.id,
                "attendance_ids": [
                    Command.create(
                        {
                            "name": f"{day}",
                            "dayofweek": str(day),
                            "hour_from": begin,
                            "hour_to": end,
                        }
                    )
                    for day, begin, end in hours
                ],
            }
        )

    def test_whatever_happens_in_any_order_ends_well(self):
        run_state_machine_as_test(
            lambda: AnyOrder(self),
            settings=how(
                max_examples=EXAMPLES or USUAL,
                stateful_step_count=STEPS,
                derandomize=not EXAMPLES,
                database=None,
                deadline=None,
                phases=PHASES,
                report_multiple_bugs=False,
                suppress_health_check=list(HealthCheck),
            ),
        )
        _logger.info("%d times everything was looked at", self.steps)
