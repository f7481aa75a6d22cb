"""groups.*: the community about itself, and its Callback servers."""

from urllib.parse import urlsplit

from . import objects
from .call import Call, method, read_version
from .community import EVENTS, MAX_SECRET, MAX_SERVERS, MAX_TITLE, RIGHTS, CallbackServer
from .errors import ApiError, invalid

OBJECT_SINCE = (5, 139)  # groups.getById answers with an object; the first version: unconfirmed
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@method("groups.getById")
def get_by_id(call: Call):
    """Return communities; without ids the token's own."""
    accounts = [call.account]
    if call.has("group_ids") or call.has("group_id"):
        name = "group_ids" if call.has("group_ids") else "group_id"
        wanted = [part.strip() for part in call.text(name).split(",")]
        accounts = [
            account
            for account in call.vk.world.accounts_of(call.vk.code)
            if account.id in wanted or account.own.screen_name in wanted
        ]
        if not accounts:
            raise invalid(name, "is invalid")
    groups = [objects.group(account, call.vk.city.media) for account in accounts]
    return {"groups": groups, "profiles": []} if call.version >= OBJECT_SINCE else groups


@method("groups.getTokenPermissions")
def get_token_permissions(call: Call) -> dict:
    """Return what the token may do."""
    return {
        "mask": sum(RIGHTS[right] for right in call.rights),
        "permissions": [{"name": right, "setting": RIGHTS[right]} for right in call.rights],
    }


@method("groups.getCallbackConfirmationCode", "manage")
def get_confirmation_code(call: Call) -> dict:
    """Return the string a server has to answer with."""
    call.check_group()
    return {"code": call.community.confirmation_code}


@method("groups.getCallbackServers", "manage")
def get_servers(call: Call) -> dict:
    """Return the Callback servers."""
    call.check_group()
    wanted = call.integers("server_ids", 100) if call.has("server_ids") else None
    items = [
        {
            "id": server.id,
            "title": server.title,
            "creator_id": server.creator_id,
            "url": server.url,
            "secret_key": server.secret_key,
            "status": server.status,
        }
        for server in call.community.servers
        if wanted is None or server.id in wanted
    ]
    return {"count": len(items), "items": items}


@method("groups.addCallbackServer", "manage")
def add_server(call: Call):
    """Add a server and ask it for the confirmation string."""
    call.check_group()
    url, title, secret = _server_parameters(call)
    if len(call.community.servers) >= MAX_SERVERS:
        raise ApiError(2000)
    server = call.community.add_server(title, url, secret)
    server.events = {}

    def confirm():
        call.vk.events.confirm(call.account, server)
        return {"server_id": server.id}

    return confirm


@method("groups.editCallbackServer", "manage")
def edit_server(call: Call):
    """Change a server; it has to be confirmed again."""
    call.check_group()
    server = _server(call)
    server.url, server.title, server.secret_key = _server_parameters(call)

    def confirm():
        call.vk.events.confirm(call.account, server)
        return 1

    return confirm


@method("groups.deleteCallbackServer", "manage")
def delete_server(call: Call) -> int:
    """Forget a server."""
    call.check_group()
    with call.vk.world.change():
        call.community.servers.remove(_server(call))
    return 1


@method("groups.setCallbackSettings", "manage")
def set_settings(call: Call) -> int:
    """Switch events of a server on and off."""
    call.check_group()
    server = _server(call)
    if call.has("api_version"):
        read_version(call.text("api_version"))
    flags = {name: int(call.flag(name)) for name in EVENTS if call.has(name)}
    with call.vk.world.change():
        server.events |= flags
        server.api_version = call.text("api_version") or server.api_version
    return 1


@method("groups.getCallbackSettings", "manage")
def get_settings(call: Call) -> dict:
    """Return which events a server receives."""
    call.check_group()
    server = _server(call)
    return {
        "api_version": server.api_version,
        "events": {name: server.events.get(name, 0) for name in EVENTS},
    }


def _server(call: Call) -> CallbackServer:
    server = call.community.server(call.integer("server_id"))
    if server is None:
        raise ApiError(104)
    return server


def _server_parameters(call: Call) -> tuple[str, str, str]:
    """Return address, title and secret of a server, if VK would take them."""
    url = check_url(call.text("url", required=True))
    title = call.text("title", longest=MAX_TITLE, required=True)
    return url, title, call.text("secret_key", longest=MAX_SECRET)


def check_url(url: str) -> str:
    """Return the address, if events may be sent there.

    VK expects public HTTPS (what it says to plain HTTP is unconfirmed); this machine's own
    addresses are allowed because the simulator is on it.
    """
    parts = urlsplit(url)
    try:
        fits = parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        fits = False
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not fits or not secure:
        raise invalid("url", "is invalid")
    return url
