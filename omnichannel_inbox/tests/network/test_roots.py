import ssl
import threading
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from .common import NetworkCase, errors, tagged, transport, wire

PEM = serialization.Encoding.PEM


class Authority:
    """Signs certificates, and nobody has heard of it."""

    def __init__(self, name):
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.key = ec.generate_private_key(ec.SECP256R1())
        own = x509.BasicConstraints(ca=True, path_length=None)
        self.root = self.sign(self.name, self.key, own).public_bytes(PEM).decode()

    def sign(self, subject, key, extension):
        now = datetime.now(timezone.utc)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(extension, critical=True)
            .sign(self.key, hashes.SHA256())
        )

    def vouch_for(self, host):
        """Return key and certificate of a server, as it needs them."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        certificate = self.sign(subject, key, names).public_bytes(PEM)
        return key.private_bytes(PEM, *plain) + certificate


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_args):
        pass


@tagged("-at_install", "post_install")
class TestRoots(NetworkCase):
    """A certificate that only a root of the network's own vouches for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.authority = Authority("Root")
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        with TemporaryDirectory() as folder:
            chain = Path(folder) / "chain.pem"
            chain.write_bytes(cls.authority.vouch_for("localhost"))
            context.load_cert_chain(chain)
        cls.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        cls.server.socket = context.wrap_socket(cls.server.socket, server_side=True)
        cls.server.handle_error = lambda *_args: None
        thread = threading.Thread(target=cls.server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        cls.addClassCleanup(cls.server.server_close)
        cls.addClassCleanup(cls.server.shutdown)
        cls.url = f"https://localhost:{cls.server.server_port}/"
        cls.call = wire.Call("GET", cls.url, timeout=5, roots=cls.authority.root)

    def test_it_is_trusted_where_it_is_named(self):
        self.assertEqual(transport.http(self.call).body, b"hello")

    def test_it_is_trusted_nowhere_else(self):
        for call in (
            replace(self.call, roots=""),
            replace(self.call, roots=Authority("Root").root),
            replace(self.call, url=self.url.replace("localhost", "127.0.0.1")),
        ):
            with self.subTest(roots=call.roots), self.assertRaises(errors.CertificateRefused):
                transport.http(call)

    def test_files_are_fetched_with_it_where_the_network_keeps_them(self):
        wanted = {"hosts": ("localhost",), "max_bytes": 100, "deadline": 5}
        self.patch_public()
        found = transport.fetch_file(self.url, roots=self.authority.root, **wanted)
        self.assertEqual(found.content, b"hello")
        with self.assertRaises(transport.FileUnavailable):
            transport.fetch_file(self.url, **wanted)

    def test_where_the_channel_itself_says_to_fetch_it_is_not_trusted(self):
        """Fails without: ``only_public`` in ``fetch_file``, where the roots are handed on."""
        wanted = {"hosts": ("localhost",), "max_bytes": 100, "deadline": 5}
        with self.assertRaises(transport.FileUnavailable):
            transport.fetch_file(self.url, origin=self.url, roots=self.authority.root, **wanted)

    def patch_public(self):
        """This machine counts as a host of the network's."""
        is_public = transport.is_public
        transport.is_public = lambda _address: True
        self.addCleanup(setattr, transport, "is_public", is_public)
