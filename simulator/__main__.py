"""python -m simulator: start the networks."""

import argparse
import logging
import signal
import sys
from pathlib import Path

from .city import City
from .server import Application, serve


def arguments() -> argparse.Namespace:
    """Return what was asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8070)
    parser.add_argument("--origin", help="address others reach it at; default http://HOST:PORT")
    parser.add_argument("--state", type=Path, help="file that keeps everything over a restart")
    parser.add_argument(
        "--pace",
        type=float,
        default=0.1,
        help="factor for the delays before an event is repeated (1: as the networks do)",
    )
    return parser.parse_args()


def main() -> None:
    """Serve until interrupted."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    options = arguments()
    city = City(options.origin or f"http://{options.host}:{options.port}", options.state)
    city.courier.pace = options.pace
    server = serve(Application(city), options.host, options.port)
    city.begin()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    logging.getLogger("simulator").info("phones: %s/", city.world.origin)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.exit()


if __name__ == "__main__":
    main()
