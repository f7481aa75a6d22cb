import gzip
import logging
import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import patch

from .common import NetworkCase, errors, tagged, transport, wire

SECRET = "SECRET-token"


class Server(BaseHTTPRequestHandler):
    """Behaves as badly as its path says."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_args):
        pass

    def do_POST(self):
        self.do_GET()

    def do_GET(self):
        self.server.seen.append(self)
        kind, _, rest = self.path.strip("/").partition("/")
        getattr(self, f"_{kind.partition('?')[0]}")(rest)

    def _answer(self, status=200, body=b"hello", **headers):
        self.send_response(status)
        values = {"Content-Length": str(len(body)), **headers}
        for name, value in values.items():
            if value is not None:
                self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _ok(self, _rest):
        self._answer(
            Content_Type="image/png; x=1",
            Content_Disposition="attachment; filename=.png; filename*=UTF-8''..%2F%D1%84%0A.png",
            Set_Cookie="visited=yes",
        )

    def _echo(self, _rest):
        self._answer(body=self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def _status(self, rest):
        self._answer(int(rest))

    def _gzip(self, rest):
        self._answer(body=gzip.compress(b"x" * int(rest)), Content_Encoding="gzip")

    def _redirect(self, rest):
        self._answer(302, Location=self.server.location or f"/{rest}")

    def _loop(self, _rest):
        self._answer(302, Location="/loop")

    def _large(self, rest):
        self._answer(body=b"x" * int(rest))

    def _unannounced(self, rest):
        self.close_connection = True
        self._answer(body=b"x" * int(rest), Content_Length=None)

    def _overstated(self, _rest):
        self.close_connection = True
        self._answer(Content_Length="1000")

    def _announced(self, rest):
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Length", rest)
        self.end_headers()
        time.sleep(1)

    def _slow(self, _rest):
        self.close_connection = True
        self.send_response(200)
        self.end_headers()
        for _ in range(30):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.1)

    def _silent(self, _rest):
        self.close_connection = True
        time.sleep(1)

    def _rude(self, _rest):
        self.close_connection = True

    def _garbled(self, _rest):
        self.close_connection = True
        self.wfile.write(b"\x00\x01 nothing like it\r\n\r\n")


@tagged("-at_install", "post_install")
class TestTransport(NetworkCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
        cls.server.handle_error = lambda *_args: None
        cls.server.daemon_threads = True
        cls.server.block_on_close = False
        thread = threading.Thread(target=cls.server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        cls.addClassCleanup(cls.server.server_close)
        cls.addClassCleanup(cls.server.shutdown)
        cls.origin = f"http://127.0.0.1:{cls.server.server_port}"

    def setUp(self):
        super().setUp()
        self.server.seen = []
        self.server.location = ""

    def call(self, path, **values):
        values = {"method": "POST", "timeout": 5, **values}
        return transport.http(wire.Call(url=self.origin + path, **values))

    def fetch(self, path, **values):
        values = {
            "hosts": {"files.test"},
            "origin": self.origin,
            "max_bytes": 100,
            "deadline": 5,
            **values,
        }
        url = path if "://" in path else self.origin + path
        return transport.fetch_file(url, **values)

    @contextmanager
    def resolving(self, *addresses):
        """Every name leads to these addresses, at the port of the server."""
        connected = []
        found = [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (address, 443),
            )
            for address in addresses
        ]

        class Line(socket.socket):
            def connect(self, address):
                connected.append(address[0])
                raise ConnectionRefusedError

        with (
            patch.object(transport.socket, "getaddrinfo", return_value=found),
            patch.object(transport.socket, "socket", Line),
        ):
            yield connected

    # The door

    def test_a_call_brings_status_headers_and_body(self):
        reply = self.call("/ok")
        self.assertEqual((reply.status, reply.body), (200, b"hello"))
        self.assertEqual(reply.header("content-type"), "image/png; x=1")

    def test_form_json_and_files_reach_the_other_side(self):
        self.assertEqual(self.call("/echo", form={"a": "ж"}).body, b"a=%D0%B6")
        self.assertEqual(self.call("/echo", json={"a": 1}).body, b'{"a": 1}')
        file = ("договор.pdf", b"%PDF", "application/pdf")
        body = self.call("/echo", files={"file": file}).body
        self.assertIn('name="file"; filename="договор.pdf"'.encode(), body)
        self.assertIn(b"%PDF", body)

    def test_a_status_is_an_answer_not_an_error(self):
        self.assertEqual(self.call("/status/503").status, 503)

    def test_a_redirect_is_not_followed(self):
        self.assertEqual(self.call("/redirect/ok").status, 302)
        self.assertEqual(len(self.server.seen), 1)

    def test_nothing_of_the_environment_or_of_earlier_calls_goes_along(self):
        environment = {
            "HTTP_PROXY": "http://127.0.0.1:1",
            "http_proxy": "http://127.0.0.1:1",
            "ALL_PROXY": "http://127.0.0.1:1",
        }
        with patch.dict("os.environ", environment):
            self.call("/ok")
            self.call("/ok")
        self.assertNotIn("Cookie", self.server.seen[-1].headers)
        self.assertNotIn("Authorization", self.server.seen[-1].headers)

    def test_what_may_have_arrived_is_unknown_unless_it_may_be_repeated(self):
        for path in ("/rude", "/garbled", "/overstated"):
            with self.subTest(path=path):
                with self.assertRaises(errors.OutcomeUnknown):
                    self.call(path)
                with self.assertRaises(errors.NetworkUnavailable):
                    self.call(path, repeatable=True)

    def test_what_was_never_sent_may_be_sent_again(self):
        with self.assertRaises(errors.NetworkUnavailable) as raised:
            transport.http(wire.Call("POST", "http://127.0.0.1:1/", timeout=5))
        self.assertEqual(raised.exception.detail, "no connection")
        with (
            patch.object(transport.socket, "getaddrinfo", side_effect=socket.gaierror),
            self.assertRaises(errors.NetworkUnavailable),
        ):
            transport.http(wire.Call("POST", "https://nowhere.test/"))

    def test_a_certificate_has_to_be_right(self):
        url = self.origin.replace("http://", "https://")
        with self.assertRaises(errors.NetworkUnavailable):
            transport.http(wire.Call("POST", url, timeout=5))

    def test_the_time_limit_holds_for_the_whole(self):
        for path in ("/silent", "/slow"):
            with self.subTest(path=path):
                start = time.monotonic()
                with self.assertRaises(errors.OutcomeUnknown) as raised:
                    self.call(path, timeout=0.3)
                self.assertLess(time.monotonic() - start, 0.8)
                self.assertEqual(raised.exception.detail, "no answer in time")

    def test_an_answer_has_a_largest_size(self):
        with (
            patch.object(transport, "MAX_REPLY", 1000),
            self.assertRaises(errors.OutcomeUnknown),
        ):
            self.call("/unannounced/2000")

    def test_a_compressed_answer_is_measured_unpacked(self):
        self.assertEqual(self.call("/gzip/10").body, b"x" * 10)
        with (
            patch.object(transport, "MAX_REPLY", 1000),
            self.assertRaises(errors.OutcomeUnknown),
        ):
            self.call("/gzip/1000000")

    def test_a_told_address_leads_nowhere_inside(self):
        with self.assertRaises(errors.NetworkUnavailable):
            self.call("/ok", foreign=True)
        with self.resolving("10.0.0.1") as connected:
            with self.assertRaises(errors.NetworkUnavailable) as raised:
                transport.http(wire.Call("POST", "https://upload.test/", foreign=True))
            self.assertEqual(raised.exception.detail, "the address is not a public one")
            self.assertEqual(connected, [])

    def test_no_error_and_no_log_shows_an_address(self):
        with self.assertLogs(level=logging.DEBUG) as logs:
            logging.getLogger("test").debug("something else")
            for path in ("/ok", "/rude", "/garbled", "/silent"):
                try:
                    self.call(f"{path}?token={SECRET}", timeout=0.2)
                except errors.SendError as error:
                    self.assertNotIn(SECRET, repr(error) + str(error))
                    self.assertIsNone(error.__cause__)
                    self.assertIsNone(error.__context__)
        self.assertNotIn(SECRET, "\n".join(logs.output))

    def test_a_session_speaks_through_the_door(self):
        session = transport.http.session({"https://api.test": self.origin})
        session.headers["Authorization"] = f"Bearer {SECRET}"
        response = session.post("https://api.test/echo?x=1", {"a": "ж"}, headers={"Cookie": ""})
        self.assertEqual(response.text, "a=%D0%B6")
        seen = self.server.seen[-1]
        self.assertEqual(seen.path, "/echo?x=1")
        self.assertEqual(seen.headers["Authorization"], f"Bearer {SECRET}")
        self.assertNotIn("Cookie", seen.headers)
        self.assertEqual(session.get("https://api.test/redirect/ok").status_code, 302)

    def test_a_session_of_repeatable_calls_never_leaves_the_outcome_unknown(self):
        session = transport.http.session({"https://api.test": self.origin}, repeatable=True)
        with self.assertRaises(errors.NetworkUnavailable):
            session.post("https://api.test/rude")

    # Origins and addresses

    def test_an_origin_is_scheme_host_and_port_only(self):
        for url in ("https://a.b", "http://127.0.0.1:8070", "https://a.b:443", "https://[::1]:8"):
            self.assertTrue(transport.is_origin(url), url)
        for url in (
            "",
            "a.b",
            "ftp://a.b",
            "https://a.b/path",
            "https://a.b?x",
            "https://u:p@a.b",
            "https://a.b:x",
            "javascript:alert(1)",
        ):
            self.assertFalse(transport.is_origin(url), url)

    def test_only_addresses_of_the_open_internet_are_public(self):
        for address in ("93.184.216.34", "2606:2800:220:1::1"):
            self.assertTrue(transport.is_public(address), address)
        for address in (
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",  # noqa: S104 - not bound to
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1%eth0",
            "fc00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
        ):
            self.assertFalse(transport.is_public(address), address)

    # Files

    def test_a_file_comes_with_its_type_and_a_harmless_name(self):
        found = self.fetch("/ok")
        self.assertEqual(found, transport.FetchedFile(b"hello", "image/png", "ф.png"))

    def test_a_file_without_a_name_is_called_after_its_address(self):
        self.assertEqual(self.fetch("/large/5").name, "5")

    def test_no_credentials_go_along(self):
        self.fetch("/ok")
        self.assertFalse({"Authorization", "Cookie"} & set(self.server.seen[-1].headers))

    def test_a_file_may_be_only_where_the_network_keeps_files(self):
        for url in (
            "http://files.test/a",
            "https://evil.test/a",
            "https://files.test.evil.test/a",
            "https://evilfiles.test/a",
            "https://evil.test/files.test",
            "https://files.test@evil.test/a",
            "https://evil.test\\.files.test/a",
            "https://evil.test#.files.test",
            "ftp://files.test/a",
            "file:///etc/passwd",
            "//files.test/a",
            "data:,x",
            "https://",
            "",
            self.origin.replace("127.0.0.1", "localhost") + "/ok",
        ):
            with self.subTest(url=url), self.resolving("93.184.216.34") as connected:
                with self.assertRaises(transport.FileRefused):
                    transport.fetch_file(
                        url, hosts={"files.test"}, origin=self.origin, max_bytes=9, deadline=5
                    )
                self.assertEqual(connected, [])
        self.assertEqual(self.server.seen, [])

    def test_without_an_origin_nothing_is_excused(self):
        with self.assertRaises(transport.FileRefused):
            self.fetch("/ok", origin="")

    def test_a_known_host_must_not_lead_inside(self):
        for address in ("127.0.0.1", "169.254.169.254", "::ffff:10.0.0.1", "::1"):
            with self.subTest(address=address), self.resolving(address) as connected:
                with self.assertRaises(transport.FileRefused):
                    self.fetch("https://sun1.files.test/a")
                self.assertEqual(connected, [])

    def test_one_inner_address_among_several_is_enough_to_refuse(self):
        with self.resolving("93.184.216.34", "10.0.0.1") as connected:
            with self.assertRaises(transport.FileRefused):
                self.fetch("https://files.test/a")
            self.assertEqual(connected, [])

    def test_what_was_looked_at_is_what_is_connected_with(self):
        with self.resolving("93.184.216.34") as connected:
            with self.assertRaises(transport.FileUnavailable) as raised:
                self.fetch("https://files.test/a")
            self.assertEqual(transport.socket.getaddrinfo.call_count, 1)
        self.assertEqual(connected, ["93.184.216.34"])
        self.assertTrue(raised.exception.retry)

    def test_a_redirect_is_followed_within_the_rules(self):
        self.assertEqual(self.fetch("/redirect/ok").content, b"hello")
        for location in ("https://evil.test/", "http://169.254.169.254/", "https://u@files.test/"):
            self.server.location = location
            with self.subTest(location=location), self.assertRaises(transport.FileRefused):
                self.fetch("/redirect/ok")

    def test_a_redirect_to_a_known_host_is_looked_at_anew(self):
        self.server.location = "https://files.test/"
        looked_up = socket.getaddrinfo

        def resolve(host, *args, **kwargs):
            found = looked_up("127.0.0.1", *args, **kwargs)
            return found if host == "127.0.0.1" else [(*found[0][:4], ("10.0.0.1", 443))]

        with (
            patch.object(transport.socket, "getaddrinfo", resolve),
            self.assertRaises(transport.FileRefused),
        ):
            self.fetch("/redirect/ok")

    def test_what_proves_who_we_are_goes_to_the_first_origin_only(self):
        self.fetch("/redirect/ok", headers={"Authorization": "Bearer SECRET"})
        shown = [request.headers["Authorization"] for request in self.server.seen]
        self.assertEqual(shown, ["Bearer SECRET"] * 2)
        requests, answers = [], ["https://other.files.test/a", transport.FetchedFile(b"x")]

        def fetch(request, *_args):
            requests.append(request)
            return answers.pop(0)

        with patch.object(transport, "_fetch", fetch):
            self.fetch("https://files.test/a", headers={"Authorization": "Bearer SECRET"})
        self.assertEqual(
            [request.headers.get("Authorization") for request in requests], ["Bearer SECRET", None]
        )

    def test_redirects_end(self):
        with self.assertRaises(transport.FileRefused):
            self.fetch("/loop")
        self.assertEqual(len(self.server.seen), transport.MAX_REDIRECTS + 1)

    def test_a_file_has_a_largest_size_announced_or_not(self):
        self.assertEqual(len(self.fetch("/large/100").content), 100)
        for path in ("/large/101", "/unannounced/101", "/unannounced/10000000", "/gzip/101"):
            with self.subTest(path=path), self.assertRaises(transport.FileTooLarge):
                self.fetch(path)

    def test_a_file_announced_as_too_large_is_not_waited_for(self):
        with self.assertRaises(transport.FileTooLarge):
            self.fetch("/announced/101", deadline=0.5)

    def test_half_a_file_is_none(self):
        with self.assertRaises(transport.FileUnavailable) as raised:
            self.fetch("/overstated")
        self.assertTrue(raised.exception.retry)

    def test_a_slow_file_is_given_up_in_time(self):
        for path in ("/slow", "/silent"):
            with self.subTest(path=path):
                start = time.monotonic()
                with self.assertRaises(transport.FileUnavailable) as raised:
                    self.fetch(path, deadline=0.3)
                self.assertLess(time.monotonic() - start, 0.8)
                self.assertTrue(raised.exception.retry)

    def test_a_status_says_whether_to_try_again(self):
        for status, retry in ((404, False), (403, False), (429, True), (500, True), (503, True)):
            with (
                self.subTest(status=status),
                self.assertRaises(transport.FileUnavailable) as raised,
            ):
                self.fetch(f"/status/{status}")
            self.assertEqual(raised.exception.retry, retry, status)

    def test_no_error_shows_the_address(self):
        for path in ("/rude", "/status/404", "/large/1000"):
            with self.assertRaises(transport.FileError) as raised:
                self.fetch(f"{path}?sig={SECRET}")
            self.assertNotIn(SECRET, repr(raised.exception))
            self.assertIsNone(raised.exception.__context__)
