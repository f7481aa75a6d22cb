from datetime import datetime, timezone

from .common import NetworkCase, errors, tagged, wire


@tagged("-at_install", "post_install")
class TestWire(NetworkCase):
    def read(self, method, value, **options):
        return getattr(wire.Reader({"a": {"b": value}}).child("a"), method)("b", **options)

    def assert_malformed(self, method, value):
        with self.assertRaises(errors.MalformedPayload) as raised:
            self.read(method, value)
        self.assertEqual(raised.exception.path, "a.b")

    def test_a_field_of_the_right_kind_is_read(self):
        self.assertEqual(self.read("text", "ж"), "ж")
        self.assertEqual(self.read("integer", 5), 5)
        self.assertEqual(self.read("integer", "5"), 5)
        self.assertEqual(self.read("integer", 5.0), 5)
        self.assertEqual(self.read("number", 1.5), 1.5)
        self.assertIs(self.read("flag", 1), True)
        self.assertEqual(self.read("timestamp", 0), datetime(1970, 1, 1, tzinfo=timezone.utc))
        self.assertEqual(
            [item.path for item in self.read("children", [{}, {}])], ["a.b[0]", "a.b[1]"]
        )

    def test_a_missing_field_is_named_unless_it_may_be_missing(self):
        for method in ("text", "integer", "number", "flag", "timestamp", "child"):
            self.assert_malformed(method, None)
        self.assertEqual(self.read("text", None, default=""), "")
        self.assertEqual(self.read("integer", None, default=7), 7)
        self.assertEqual(self.read("number", None, default=7.5), 7.5)
        self.assertIs(self.read("flag", None, default=False), False)
        self.assertEqual(self.read("children", None), [])

    def test_a_field_of_another_kind_is_named(self):
        for method, values in {
            "text": (1, [], {}, True),
            "integer": ("x", 1.5, True, [], float("inf"), float("nan"), "9" * 5000),
            "number": ("1", True, []),
            "flag": (2, "yes", []),
            "timestamp": (10**20, -(10**20), "x"),
            "child": ([], 1, "x"),
            "children": ({}, 1, "x"),
        }.items():
            for value in values:
                with self.subTest(method=method, value=str(value)[:10]):
                    self.assert_malformed(method, value)

    def test_the_items_of_a_list_are_objects(self):
        with self.assertRaises(errors.MalformedPayload) as raised:
            self.read("children", [{}, 1])
        self.assertEqual(raised.exception.path, "a.b[1]")

    def test_text_can_always_be_stored(self):
        for value in ("a\x00b", "\ud83d", "x\udc00y"):
            text = self.read("text", value)
            self.assertNotIn("\x00", text)
            text.encode()
        self.assertEqual(wire.plain_text(b"\xd0\x9f\xff"), "П�")

    def test_only_an_object_is_a_payload(self):
        for body in (b"", b"[]", b"1", b"{", b"\xff", b"[" * 100_000, b'{"a": 1} x'):
            with self.subTest(body=body[:10]), self.assertRaises(errors.MalformedPayload):
                wire.Reader.from_json(body)

    def test_headers_have_no_case(self):
        self.assertEqual(wire.Webhook(headers={"x-SIGNATURE": "1"}).header("X-Signature"), "1")
        self.assertEqual(wire.Reply(200, headers={"retry-after": "1"}).header("Retry-After"), "1")
        self.assertEqual(wire.Webhook().header("X-Signature"), "")

    def test_a_body_without_a_number_of_its_own_is_known_by_its_digest(self):
        first, again = wire.Envelope.of_body(b"1"), wire.Envelope.of_body(b"1")
        self.assertEqual(first.key, again.key)
        self.assertNotEqual(first.key, wire.Envelope.of_body(b"2").key)

    def test_what_may_hold_a_secret_is_not_shown(self):
        call = wire.Call(
            "POST",
            "https://api.test/botSECRET",
            headers={"Authorization": "SECRET"},
            body=b"SECRET",
            form={"a": "SECRET"},
            json={"a": "SECRET"},
        )
        self.assertNotIn("SECRET", repr(call) + repr(wire.Reply(200, b"SECRET", {"a": "SECRET"})))

    def test_the_origin_of_an_address_is_written_in_one_way(self):
        for url, origin in {
            "https://A.b:443/x?y": "https://a.b",
            "http://a.b:80": "http://a.b",
            "http://a.b:8070/": "http://a.b:8070",
            "https://[::1]:8/": "https://[::1]:8",
            "https://user@a.b/": "https://a.b",
            "ftp://a.b": "",
            "a.b": "",
            "https://a.b:x": "",
            "": "",
        }.items():
            self.assertEqual(wire.origin_of(url), origin, url)
