import hashlib
import hmac

from .common import NetworkCase, errors, signatures, tagged


@tagged("-at_install", "post_install")
class TestSignatures(NetworkCase):
    def assert_rejected(self, proof, *args):
        with self.assertRaises(errors.WebhookRejected):
            proof(*args)

    def test_the_same_secret_is_accepted(self):
        self.assertIsNone(signatures.require_equal("тайна", "тайна"))

    def test_another_secret_is_rejected(self):
        for received in ("", "tajna", "тайна ", "\ud800"):
            self.assert_rejected(signatures.require_equal, received, "тайна")

    def test_without_a_secret_everything_is_rejected(self):
        self.assert_rejected(signatures.require_equal, "", "")
        empty = hmac.new(b"", b"body", hashlib.sha256).hexdigest()
        self.assert_rejected(signatures.require_hmac, empty, b"body", "")

    def test_a_signature_holds_for_the_raw_body_only(self):
        signature = hmac.new(b"key", b'{"a":1}', hashlib.sha256).hexdigest()
        self.assertIsNone(signatures.require_hmac(signature, b'{"a":1}', "key"))
        self.assert_rejected(signatures.require_hmac, signature, b'{"a": 1}', "key")
        self.assert_rejected(signatures.require_hmac, signature, b'{"a":1}', "other")
        self.assert_rejected(signatures.require_hmac, "", b'{"a":1}', "key")
