"""One WSGI application: the networks' servers, their files, the control API and the phone page."""

import json
import logging
import socket
import time
from pathlib import Path

from werkzeug.exceptions import HTTPException, NotFound, RequestEntityTooLarge
from werkzeug.routing import Map, Rule
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.utils import send_from_directory
from werkzeug.wrappers import Request, Response

from .city import City
from .control import Control
from .journal import shorten
from .network import Network
from .phone import Phone

_logger = logging.getLogger(__name__)
STATIC = Path(__file__).parent / "static"
GARBAGE = "<html><head><title>502 Bad Gateway</title></head><body>\x00\x01 upstream"
MAX_BODY = 220 * 1024 * 1024
SELF_ONLY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' blob: data:; media-src 'self' blob:; base-uri 'none'; form-action 'none'"
)


class Application:
    """Answers every request to the simulator."""

    def __init__(self, city: City):
        self.city = city
        self.control = Control(city)
        self.phone = Phone(city)
        self.map = Map(self._own_rules() + self._network_rules(), strict_slashes=False)

    def _own_rules(self) -> list[Rule]:
        return [
            Rule("/", endpoint=self._page),
            Rule("/phone", endpoint=self._page),
            Rule("/phone/state", endpoint=self.phone.state),
            Rule("/phone/news", endpoint=self.phone.news),
            Rule("/phone/sticker/<int:number>.png", endpoint=self.phone.sticker),
            Rule("/static/<path:name>", endpoint=self._static),
            Rule("/media/<key>/<name>", endpoint=self._media),
            Rule("/media/from/<key>/<name>", endpoint=self._media_redirect),
            *self.control.rules(),
        ]

    def _network_rules(self) -> list[Rule]:
        return [
            Rule(route.path, endpoint=(code, route.handler), methods=route.methods)
            for code, network in self.city.networks.items()
            for route in network.routes
        ]

    def __call__(self, environ, start_response):
        """Answer one request (WSGI)."""
        request = Request(environ)
        request.max_content_length = MAX_BODY
        request.max_form_memory_size = MAX_BODY
        try:
            endpoint, arguments = self.map.bind_to_environ(environ).match()
            if isinstance(endpoint, tuple):
                network = self.city.networks[endpoint[0]]
                response = self._ask(network, endpoint[1], request, arguments)
            else:
                response = endpoint(request, **arguments)
        except RequestEntityTooLarge as error:
            response = error.get_response(environ)
            response.headers["Connection"] = "close"
        except HTTPException as error:
            response = error.get_response(environ)
        finally:
            request.close()
        return response(environ, start_response)

    def _ask(self, network: Network, handler: str, request: Request, arguments: dict) -> Response:
        """Let a network answer, with the faults that are switched on, and remember it."""
        method = network.operation(handler, arguments)
        parameters = network.parameters(request)
        call = self.city.journal.add(
            {
                "network": network.code,
                "method": method,
                "at": time.time(),
                "parameters": parameters,
                "status": None,
                "answer": None,
            }
        )
        trouble = self.city.faults.meet(network.code, method, parameters)
        time.sleep(trouble.seconds)
        response = self._end(network, trouble.fault, request, getattr(network, handler), arguments)
        call["seconds"] = round(time.time() - call["at"], 4)
        call["fault"] = trouble.fault.id if trouble.fault else None
        if response is not None:
            call["status"] = response.status_code
            call["answer"] = readable(response)
            return response
        return hang_up(request)

    def _end(self, network, fault, request, answer, arguments) -> Response | None:
        """Return the answer, or a wrong one; None is a connection closed without any."""
        if fault is None:
            return answer(request, **arguments)
        if fault.drop == "before":
            return None
        if fault.drop == "after":
            answer(request, **arguments)
            return None
        if fault.error:
            return network.refuse(request, fault.error)
        body, status = (GARBAGE, 200) if fault.garbage else (fault.body, fault.status)
        return Response(body, status, content_type="text/html")

    def _media(self, request: Request, key: str, name: str) -> Response:
        return self._serve_medium(request, key, redirects=False)

    def _media_redirect(self, request: Request, key: str, name: str) -> Response:
        return self._serve_medium(request, key, redirects=True)

    def _serve_medium(self, request: Request, key: str, *, redirects: bool) -> Response:
        if "from_phone" in request.args:  # what the client looks at never fails
            return self.city.media.serve(request, key, redirects=redirects)
        trouble = self.city.faults.meet("media", "media", {"key": key})
        time.sleep(trouble.seconds)
        fault = trouble.fault
        if fault is None:
            return self.city.media.serve(request, key, redirects=redirects)
        if fault.drop:
            return hang_up(request)
        if fault.garbage:
            return Response(GARBAGE, 200, content_type="text/html")
        return Response(fault.body, fault.status or 500)

    def _page(self, request: Request) -> Response:
        response = send_from_directory(STATIC, "phone.html", request.environ)
        response.headers["Content-Security-Policy"] = SELF_ONLY
        response.headers["Cache-Control"] = "no-cache"
        return response

    def _static(self, request: Request, name: str) -> Response:
        if not (STATIC / name).is_file():
            raise NotFound
        response = send_from_directory(STATIC, name, request.environ)
        response.headers["Cache-Control"] = "no-cache"
        return response


def readable(response: Response):
    """Return an answer as the journal keeps it."""
    if response.mimetype == "application/octet-stream":
        return f"{len(response.get_data())} bytes"
    text = response.get_data(as_text=True)
    if response.mimetype == "application/json":
        return json.loads(text)
    return shorten(text)


def hang_up(request: Request) -> Response:
    """Close the connection without a word (where there is one: tests may call without)."""
    connection = request.environ.get("werkzeug.socket")
    if connection is not None:
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            _logger.debug("The caller was gone already")
    return Response("", 500)


class Handler(WSGIRequestHandler):
    """Answers at once (no waiting for full packets), and does not write each request down."""

    disable_nagle_algorithm = True

    def log_request(self, code="-", size="-"):
        """Say nothing: the journal knows."""

    def connection_dropped(self, error, environ=None):
        """Say nothing: phones come and go."""


def serve(application: Application, host: str, port: int):
    """Return a threaded HTTP server for the application; port 0 is any free one."""
    server = make_server(host, port, application, threaded=True, request_handler=Handler)
    server.daemon_threads = True
    server.block_on_close = False
    return server
