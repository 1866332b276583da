"""Where the page is served; looked at at once, as gradio would wait long and name its own words."""

import errno
import socket
from typing import Final

DEFAULT_HOST: Final = "127.0.0.1"
EVERY_HOST: Final = "0.0.0.0"  # noqa: S104  asked for with --lan
_PORTS: Final = range(7860, 7960)
_FAR_AWAY: Final = ("198.51.100.1", 9)  # of documentation (RFC 5737): nobody's, and nothing is sent


def free_port(host: str, port: int | None) -> int:
    """Return `port`, or without one the first free from 7860, if the page can be served there.

    Raises
    ------
    OSError
        If `host` is no address of this machine, or the port is in use or not allowed.
    """
    if port is None:
        for port in _PORTS:
            if not _is_in_use(host, port):
                return port
        raise OSError(f"the ports {_PORTS[0]} to {_PORTS[-1]} are in use; choose one with --port")
    if _is_in_use(host, port):
        raise OSError(f"the port {port} is in use; choose another with --port")
    return port


def lan_address() -> str:
    """Return the address by which other machines of the network reach this one.

    It is that of the way out; a machine in several networks has others besides.

    Raises
    ------
    OSError
        If this machine is in no network.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_FAR_AWAY)
            address: str = probe.getsockname()[0]
        except OSError:
            address = DEFAULT_HOST
    if address.startswith("127."):
        raise OSError("this machine is in no network that --lan could serve")
    return address


def _is_in_use(host: str, port: int) -> bool:
    # gradio needs the port at 127.0.0.1 too.
    return any(_is_taken(address, port) for address in dict.fromkeys((host, DEFAULT_HOST)))


def _is_taken(host: str, port: int) -> bool:
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, address = found[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, UnicodeError) as error:  # UnicodeError: no name of the network is that long
        number = getattr(error, "errno", None)
        if number == errno.EADDRINUSE:
            return True
        if number in {errno.EACCES, errno.EPERM}:
            raise OSError(
                f"the port {port} is not allowed to you; choose another with --port"
            ) from None
        raise OSError(f"--host {host} is no address of this machine") from None
    return False
