from unittest import skipUnless

from . import contract
from .common import ADDON, NetworkCase, networks, tagged

IN_REPOSITORY = (ADDON.parent / "dev").exists()


@tagged("-at_install", "post_install")
class TestContract(NetworkCase):
    """Every network keeps the contract; what is peculiar to one is tested beside."""

    def check_all(self, check):
        for code in networks():
            check(self, code)

    def test_accepts_what_is_authentic(self):
        self.check_all(contract.accepts_what_is_authentic)

    def test_rejects_what_is_not(self):
        self.check_all(contract.rejects_what_is_not)

    def test_parses_to_the_expected_events(self):
        self.check_all(contract.parses_to_the_expected_events)

    def test_the_same_event_has_the_same_key(self):
        self.check_all(contract.the_same_event_has_the_same_key)

    def test_what_is_stored_holds_no_secret_and_nothing_unstorable(self):
        self.check_all(contract.what_is_stored_holds_no_secret_and_nothing_unstorable)

    def test_a_missing_field_is_named_or_not_missed(self):
        self.check_all(contract.a_missing_field_is_named_or_not_missed)

    def test_a_field_of_another_kind_raises_nothing_else(self):
        self.check_all(contract.a_field_of_another_kind_raises_nothing_else)

    def test_unreadable_bodies_are_rejected_and_never_split(self):
        self.check_all(contract.unreadable_bodies_are_rejected_and_never_split)

    def test_sends_what_is_expected(self):
        self.check_all(contract.sends_what_is_expected)

    def test_every_answer_is_understood_or_a_send_error(self):
        self.check_all(contract.every_answer_is_understood_or_a_send_error)

    def test_what_cannot_be_known_is_not_sent_again_blindly(self):
        self.check_all(contract.what_cannot_be_known_is_not_sent_again_blindly)

    def test_what_is_no_token_is_seen_and_never_sent(self):
        self.check_all(contract.what_is_no_token_is_seen_and_never_sent)

    def test_everything_else_asked_fails_as_a_send_error(self):
        self.check_all(contract.everything_else_asked_fails_as_a_send_error)

    def test_no_secret_is_shown(self):
        self.check_all(contract.no_secret_is_shown)

    def test_what_it_can_do_is_consistent(self):
        self.check_all(contract.what_it_can_do_is_consistent)

    def test_every_check_is_run(self):
        written = {name.removeprefix("test_") for name in dir(self) if name.startswith("test_")}
        self.assertLessEqual({check.__name__ for check in contract.CHECKS}, written)

    @skipUnless(IN_REPOSITORY, "the addon is installed without its repository")
    def test_every_network_is_complete(self):
        for code in networks():
            with self.subTest(network=code):
                self.assertEqual(contract.missing_parts(code), [])
                self.assertEqual(contract.hidden_settings(code), [])

    def test_every_failure_has_words_for_people(self):
        self.assertEqual(contract.codes_without_text(), [])
