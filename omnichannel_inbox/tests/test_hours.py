from datetime import timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.fields import Datetime
from odoo.tests import tagged

from .common import InboxCase


@tagged("-at_install", "post_install")
class TestHours(InboxCase):
    """A channel is open when its working schedule says so, holidays and time zone included."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Moscow, Monday to Friday",
                "tz": "Europe/Moscow",
                "company_id": cls.company.id,
                "attendance_ids": [
                    Command.create(
                        {
                            "name": f"{day} {begin}",
                            "dayofweek": str(day),
                            "hour_from": begin,
                            "hour_to": end,
                            "day_period": period,
                        }
                    )
                    for day in range(5)
                    for begin, end, period in ((9, 13, "morning"), (14, 18, "afternoon"))
                ],
            }
        )

    def setUp(self):
        super().setUp()
        self.channel.resource_calendar_id = self.calendar

    def at(self, text):
        """Return a moment of the week that begins on Monday, 7 January 2030, in Moscow's time."""
        day, _, clock = text.partition(" ")
        hour, minute = map(int, clock.split(":"))
        days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Mon2", "Tue2")
        return Datetime.to_datetime("2030-01-07 00:00:00") + timedelta(
            days=days.index(day), hours=hour - 3, minutes=minute
        )

    def time_off(self, begin, end, company=None, **values):
        leave = self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "date_from": self.at(begin),
                "date_to": self.at(end),
                **values,
            }
        )
        leave.company_id = company or self.company

    def around_the_clock(self):
        self.calendar.attendance_ids.unlink()
        self.calendar.attendance_ids = [
            Command.create({"name": str(day), "dayofweek": str(day), "hour_from": 0, "hour_to": 24})
            for day in range(7)
        ]

    def test_without_a_schedule_it_is_always_open(self):
        self.channel.resource_calendar_id = False
        moment = self.at("Sun 3:00")
        self.assertTrue(self.channel._is_open(moment))
        self.assertEqual(self.channel._next_opening(moment), moment)
        self.assertFalse(self.channel._next_closing(moment))
        self.assertEqual(self.channel._business_minutes(moment, self.at("Sun 4:30")), 90)
        self.assertEqual(self.channel._after_business_minutes(moment, 90), self.at("Sun 4:30"))
        self.assertEqual(self.channel.hours_words, "Always open.")

    def test_it_is_open_in_the_time_zone_of_its_schedule(self):
        for moment, is_open in (
            ("Mon 8:59", False),
            ("Mon 9:00", True),
            ("Mon 12:59", True),
            ("Mon 13:00", False),
            ("Mon 14:00", True),
            ("Mon 18:00", False),
            ("Sat 12:00", False),
        ):
            self.assertEqual(self.channel._is_open(self.at(moment)), is_open, moment)

    def test_the_next_opening(self):
        for moment, opening in (
            ("Mon 8:00", "Mon 9:00"),
            ("Mon 10:00", "Mon 10:00"),
            ("Mon 13:20", "Mon 14:00"),
            ("Fri 18:00", "Mon2 9:00"),
        ):
            self.assertEqual(self.channel._next_opening(self.at(moment)), self.at(opening), moment)
        self.assertEqual(self.channel._next_closing(self.at("Mon 14:00")), self.at("Mon 18:00"))

    def test_holidays_and_early_ends_close_it(self):
        self.time_off("Tue 0:00", "Tue 23:59")
        self.time_off("Wed 16:00", "Wed 23:59", calendar_id=False)
        self.assertFalse(self.channel._is_open(self.at("Tue 10:00")))
        self.assertEqual(self.channel._next_opening(self.at("Mon 18:00")), self.at("Wed 9:00"))
        self.assertFalse(self.channel._is_open(self.at("Wed 16:00")), "of the whole company")
        self.time_off("Thu 0:00", "Thu 23:59", company=self.company2, calendar_id=False)
        self.assertTrue(self.channel._is_open(self.at("Thu 10:00")), "another company's")

    def test_business_minutes_leave_out_nights_breaks_and_holidays(self):
        minutes = self.channel._business_minutes
        self.assertEqual(minutes(self.at("Mon 9:00"), self.at("Mon 18:00")), 8 * 60)
        self.assertEqual(minutes(self.at("Mon 17:30"), self.at("Tue 9:30")), 60)
        self.assertEqual(minutes(self.at("Fri 18:00"), self.at("Mon2 9:00")), 0)
        self.assertEqual(minutes(self.at("Tue 9:00"), self.at("Mon 9:00")), 0)
        self.time_off("Tue 0:00", "Tue 23:59")
        self.assertEqual(minutes(self.at("Mon 17:30"), self.at("Wed 9:30")), 60)

    def test_so_many_business_minutes_later(self):
        later = self.channel._after_business_minutes
        self.assertEqual(later(self.at("Mon 9:00"), 60), self.at("Mon 10:00"))
        self.assertEqual(later(self.at("Mon 12:30"), 60), self.at("Mon 14:30"))
        self.assertEqual(later(self.at("Fri 17:30"), 60), self.at("Mon2 9:30"))
        self.assertEqual(later(self.at("Mon 9:00"), 6 * 8 * 60), self.at("Mon2 18:00"))

    def test_around_the_clock_has_no_gap_at_midnight(self):
        self.around_the_clock()
        self.assertTrue(self.channel._is_open(self.at("Mon 23:59")))
        self.assertTrue(self.channel._is_open(self.at("Tue 0:00")))
        self.assertEqual(
            round(self.channel._business_minutes(self.at("Mon 0:00"), self.at("Wed 0:00"))), 2880
        )
        later = self.channel._after_business_minutes(self.at("Mon 0:00"), 40 * 24 * 60)
        self.assertEqual((later - self.at("Mon 0:00")).days, 40)

    def test_a_schedule_without_hours_never_opens(self):
        self.calendar.attendance_ids.unlink()
        self.assertFalse(self.channel._next_opening(self.at("Mon 9:00")))
        self.assertFalse(self.channel._after_business_minutes(self.at("Mon 9:00"), 1))
        self.assertEqual(self.channel.hours_words, "Closed, and this schedule never opens.")

    def test_the_clock_change_neither_loses_nor_invents_an_hour(self):
        self.calendar.tz = "Europe/Berlin"
        self.around_the_clock()
        # a day of 23 hours
        begin = Datetime.to_datetime("2030-03-30 23:00:00")
        end = Datetime.to_datetime("2030-03-31 22:00:00")
        self.assertEqual(round(self.channel._business_minutes(begin, end)), 23 * 60)

    def test_the_form_says_how_it_is_now(self):
        with freeze_time(self.at("Mon 10:00")):
            self.channel.invalidate_recordset()
            self.assertEqual(self.channel.hours_words, "Open now, until Mon 7 Jan 13:00.")
        with freeze_time(self.at("Fri 19:00")):
            self.channel.invalidate_recordset()
            self.assertEqual(self.channel.hours_words, "Closed now, opens Mon 14 Jan 09:00.")
