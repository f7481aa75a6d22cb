"""The company's side as the addon has it: its protocols, its one way out, and a server."""

import http.server
import importlib
import sys
import threading
from pathlib import Path
from types import ModuleType

ADDON = Path(__file__).parents[2] / "omnichannel_inbox"


def load(name):
    """Return a module of the addon that needs no Odoo."""
    package = ModuleType(ADDON.name)
    package.__path__ = [str(ADDON)]
    sys.modules.setdefault(ADDON.name, package)
    return importlib.import_module(f"{ADDON.name}.{name}")


protocols = load("protocols")
transport = load("tools.transport")
http_door = transport.http


class Company:
    """Our server: proves what comes, keeps its events, answers; and has files to fetch."""

    def __init__(self):
        self.speaker, self.events, self.refused, self.files = None, [], [], {}
        company = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.reply(*company.receive(protocols.Webhook(body, dict(self.headers))))

            def do_GET(self):
                content = company.files.get(self.path)
                self.reply(404 if content is None else 200, content or b"")

            def reply(self, status, content):
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_arguments):
                """Say nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        self.url = f"{self.origin}/hook"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def receive(self, webhook):
        """Return status and text of the answer, as the controller does."""
        try:
            self.speaker.verify(webhook)
        except protocols.WebhookRejected:
            self.refused.append(webhook)
            return 401, b""
        for envelope in self.speaker.split(webhook):
            self.events += self.speaker.parse(envelope)
        return 200, self.speaker.answer(webhook).body.encode()

    def keep(self, name, content):
        """Return the address at which a file can be fetched."""
        self.files[f"/f/{name}"] = content
        return f"{self.origin}/f/{name}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()
