import unittest

from bench import idling

LOG = """
2026-11-20 DEBUG bench odoo.sql_db: [0.310 ms] query: SELECT 1
2026-11-20 INFO bench werkzeug: "POST /web" 200
2026-11-20 DEBUG bench odoo.sql_db: [2.500 ms] query:
            UPDATE presence
2026-11-20 DEBUG bench odoo.sql_db: [0.290 ms] query: SELECT 1
"""


class TestIdling(unittest.TestCase):
    def test_queries_are_found_in_the_log(self):
        self.assertEqual(idling.queries(LOG), {"SELECT 1": [0.31, 0.29], "UPDATE presence": [2.5]})

    def test_what_happens_once_is_not_usual(self):
        often = {"SELECT 1": [0.3] * idling.TIMES, "first time": [9.0]}
        self.assertEqual(idling._slowest(often).value, 0.3)


if __name__ == "__main__":
    unittest.main()
