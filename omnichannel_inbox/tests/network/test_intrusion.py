"""Attacks that need no database: false proofs and addresses that lead inside.

Each says which guard it is held off by: it fails without it.
"""

import json
import socket
from dataclasses import replace
from unittest.mock import patch

from .common import (
    PROTOCOLS,
    NetworkCase,
    errors,
    fixture,
    networks,
    protocol,
    signatures,
    tagged,
    transport,
    webhook,
    wire,
)
from .toy import register_toy

#: Networks whose proof is a signature of the body.
SIGNED = ("toy", "viber")


@tagged("-at_install", "post_install")
class TestProofs(NetworkCase):
    def setUp(self):
        super().setUp()
        patcher = patch.dict(PROTOCOLS)
        patcher.start()
        self.addCleanup(patcher.stop)
        register_toy()

    def authentic(self, code):
        return webhook(fixture(code, "webhook", "text"))

    def test_a2_a_proof_is_of_the_bytes_that_came_and_not_of_what_they_mean(self):
        """Fails without: the raw ``webhook.body`` in ``verify`` (a dump of what it says)."""
        for code in SIGNED:
            request = self.authentic(code)
            values = json.loads(request.body)
            for body in (
                json.dumps(values, separators=(",", ":")).encode(),
                json.dumps(values, indent=1).encode(),
                json.dumps(dict(reversed(values.items()))).encode(),
                request.body + b"\n",
            ):
                with self.subTest(network=code, body=body[:40]):
                    self.assertNotEqual(body, request.body)
                    self.assertEqual(json.loads(body), values)
                    with self.assertRaises(errors.WebhookRejected):
                        protocol(code).verify(replace(request, body=body))

    def test_a2_what_decides_takes_as_long_whatever_is_wrong(self):
        """It is ``compare_digest`` that says yes or no, of both whole values.

        Fails without: ``hmac.compare_digest`` in ``require_equal`` (``==``).
        """
        for code in networks():
            request, compared = self.authentic(code), []

            def refuse(received, expected, compared=compared):
                compared.append((received, expected))
                return False

            with (
                self.subTest(network=code),
                patch.object(signatures.hmac, "compare_digest", refuse),
                self.assertRaises(errors.WebhookRejected),
            ):
                protocol(code).verify(request)
            [(received, expected)] = compared
            self.assertEqual(received, expected)
            self.assertGreater(len(expected), 15)


@tagged("-at_install", "post_install")
class TestInside(NetworkCase):
    """A7: nothing that a client or a network names leads into the company's own network."""

    def fetch(self, url, *, redirect=None, addresses=("93.184.216.34",), **options):
        """Fetch an address whose names lead to these addresses, one after the other."""
        self.asked, left = [], list(addresses)

        def resolve(_host, port, **_options):
            address = left.pop(0) if len(left) > 1 else left[0]
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            return [(family, socket.SOCK_STREAM, 6, "", (address, port))]

        def exchange(request, watch, *_limits):
            self.asked.append(request)
            host, _, port = request.url.split("/")[2].partition(":")
            try:
                watch.connect(host, int(port or 443))
            except transport._AddressRefused:
                raise transport.FileRefused from None
            except OSError:
                pass  # it was let through, which is all that is asked here
            if redirect and len(self.asked) == 1:
                return redirect
            return transport.FetchedFile(b"inside")

        with (
            patch.object(transport.socket, "getaddrinfo", resolve),
            patch.object(transport, "_fetch", exchange),
            patch.object(transport.socket, "socket", side_effect=OSError),
        ):
            options = {"hosts": {"files.test"}, "max_bytes": 9, "deadline": 5, **options}
            return transport.fetch_file(url, **options)

    def test_a7_a_name_that_leads_elsewhere_the_second_time_is_looked_at_again(self):
        """DNS rebinding between two steps. Fails without: ``only_public`` of each hop."""
        with self.assertRaises(transport.FileRefused):
            self.fetch(
                "https://files.test/a",
                redirect="https://files.test/b",
                addresses=("93.184.216.34", "169.254.169.254"),
            )
        self.assertEqual(len(self.asked), 2)

    def test_a7_no_spelling_of_an_inner_address_is_public(self):
        """Fails without: ``_inner_addresses``, ``is_site_local``, ``_INNER_NETWORKS``."""
        for address in (
            "169.254.169.254",
            "::ffff:169.254.169.254",
            "::ffff:a9fe:a9fe",
            "::ffff:0:169.254.169.254",
            "::169.254.169.254",
            "64:ff9b::169.254.169.254",
            "64:ff9b:1::169.254.169.254",
            "2002:a9fe:a9fe::",
            "2001:0:a9fe:a9fe::1",
            "fd00:ec2::254",
            "fec0::1",
            "fe80::1",
            "::1",
            "::",
            "10.0.0.1",
            "100.100.100.200",
            "192.0.0.192",
            "0.0.0.0",  # noqa: S104 - not bound to
        ):
            with self.subTest(address=address):
                self.assertFalse(transport.is_public(address))
                with self.assertRaises(transport.FileRefused):
                    self.fetch("https://files.test/a", addresses=(address,))

    def test_a7_a_redirect_leaves_neither_the_hosts_nor_https(self):
        """Fails without: ``_prepare_fetch`` of each hop."""
        for url in (
            "http://files.test/a",
            "https://files.test.evil.test/a",
            "https://169.254.169.254/latest/meta-data",
            "https://2852039166/",
            "https://[::ffff:169.254.169.254]/",
            "http://localhost:8069/web/database/manager",
            "file:///etc/passwd",
            "gopher://files.test/",
        ):
            with self.subTest(url=url), self.assertRaises(transport.FileRefused):
                self.fetch("https://files.test/a", redirect=url)

    def test_a7_credentials_stay_with_the_first_origin(self):
        """Fails without: ``origin_of(request.url) == first``."""
        for elsewhere in ("https://cdn.files.test/a", "https://files.test:8443/a"):
            with self.subTest(elsewhere=elsewhere):
                self.fetch(
                    "https://files.test/a",
                    redirect=elsewhere,
                    headers={"Authorization": "Bearer SECRET"},
                )
                first, second = self.asked
                self.assertIn("Authorization", first.headers)
                self.assertNotIn("Authorization", second.headers)

    def test_a7_an_address_the_network_tells_for_an_upload_leads_nowhere_inside(self):
        """Fails without: ``only_public=call.foreign``."""
        call = wire.Call("POST", "https://upload.test/", foreign=True, repeatable=True)
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", 443))]
        with (
            patch.object(transport.socket, "getaddrinfo", lambda *_a, **_k: found),
            patch.object(transport.socket, "socket", side_effect=AssertionError("connected")),
        ):
            for url in ("https://upload.test/", "http://upload.test/"):
                with self.subTest(url=url), self.assertRaises(errors.NetworkUnavailable) as raised:
                    transport.http(replace(call, url=url))
                self.assertIn("not a", raised.exception.detail)

    def test_a7_a_file_goes_up_by_https_only(self):
        """What a client is sent is not shown to whoever sits on the way, public or not.

        Fails without: ``urlsplit(call.url).scheme != "https"`` of a foreign call in ``Door``.
        """
        call = wire.Call("POST", "http://upload.test/", foreign=True, repeatable=True)
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 80))]
        with (
            patch.object(transport.socket, "getaddrinfo", lambda *_a, **_k: found),
            patch.object(transport.socket, "socket", side_effect=AssertionError("connected")),
            self.assertRaises(errors.NetworkUnavailable) as raised,
        ):
            transport.http(call)
        self.assertEqual(raised.exception.detail, "not a safe address")
