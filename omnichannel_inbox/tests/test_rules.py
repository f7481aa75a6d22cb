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

#: Closing what waits, what is somebody's and what is a bot's; everybody gone; night and holiday.
DAY = (
    ("two_have_come", {"text": "Hello", "first": "people"}),
    ("takes", {"place": 0, "name": "anna"}),
    ("closes", {"place": 0, "action": "action_finish"}),
    ("restores", {"place": 0}),
    ("client_writes", {"chat": "91", "text": "Order"}),
    ("invites", {"place": 0, "name": "boris"}),
    ("leaves", {"place": 0}),
    ("time_passes", {"minutes": 31}),
    ("delegates", {"place": 0, "name": "stranger"}),
    ("is_archived_or_back", {"name": "stranger"}),
    ("answers", {"place": 0}),
    ("comes_or_goes", {"name": "anna", "status": "offline"}),
    ("time_passes", {"minutes": 6}),
    ("closes", {"place": 0, "action": "action_spam"}),
    ("client_writes", {"chat": "91", "text": "Hello"}),
    ("restores", {"place": 0}),
    ("has_a_day_off", {"name": "boris", "hours": 2}),
    ("settle", {}),
    ("who_answers_changes", {"first": "bot", "outside": "bot"}),
    ("client_writes", {"chat": "93", "text": "Hello"}),
    ("client_presses", {"chat": "93", "number": 0, "newest": True}),
    ("network_repeats", {}),
    ("closes", {"place": 2, "action": "action_finish"}),
    ("schedule_changes", {"name": "by_day"}),
    ("channel_has_a_holiday", {"hours": 4}),
    ("client_writes", {"chat": "93", "text": "Hello"}),
    ("time_passes", {"minutes": 600}),
    ("answers_for_the_night", {"delay": 3}),
    ("client_writes", {"chat": "92", "text": "Hello"}),
    ("time_passes", {"minutes": 3000}),
    ("silence_changes", {"count": 2, "unit": "hours", "time": "business", "also_unanswered": True}),
    ("time_passes", {"minutes": 3000}),
)


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

    def test_a_day_that_has_everything(self):
        """What chance may leave out of the few sequences below is played here."""
        channel = AnyOrder(self)
        for step, values in DAY:
            with self.subTest(step=step, **values):
                getattr(channel, step)(**values)
                channel.holds()
        channel.teardown()

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
