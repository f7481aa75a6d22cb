"""A company's server, for those who test what is sent there and fetched from it."""

import http.server
import threading
from abc import ABC, abstractmethod


class Listener(ABC):
    """Gives each request to ``receive``; what is in ``files`` (path → bytes) can be fetched."""

    def __init__(self):
        self.files = {}
        listener = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.reply(*listener.receive(body, dict(self.headers)))

            def do_GET(self):
                content = listener.files.get(self.path.partition("?")[0])
                self.reply(404 if content is None else 200, content or b"")

            def reply(self, status, content=b"", headers=None):
                self.send_response(status)
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_arguments):
                """Say nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        self.url = f"{self.origin}/hook"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @abstractmethod
    def receive(self, body, headers):
        """Return status, and perhaps content and headers, of the answer."""

    def close(self):
        """Stop."""
        self.server.shutdown()
        self.server.server_close()
