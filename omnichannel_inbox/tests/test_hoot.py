from odoo.tests import tagged

from odoo.addons.web.tests.test_js import HOOTCommon, unit_test_error_checker

SUITE = "@omnichannel_inbox"


class Suite(HOOTCommon):
    """The tests of our own JavaScript, in static/tests, and none of Odoo's."""

    def run_suite(self, preset):
        """All tests of the suite are green, but those tagged for another screen."""
        suite = self._generate_hash(SUITE)
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset={preset}&timeout=60000&id={suite}",
            "",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=unit_test_error_checker,
        )


@tagged("-at_install", "post_install", "omnichannel_beside")
class TestHoot(Suite):
    def test_desktop(self):
        self.run_suite("desktop")


@tagged("-at_install", "post_install", "omnichannel_beside")
class TestHootOnPhone(Suite):
    browser_size = "375x667"
    touch_enabled = True

    def test_phone(self):
        self.run_suite("mobile")
