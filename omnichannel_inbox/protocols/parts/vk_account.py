"""The community itself: whose the key is, where its events go, what is wrong with either.

https://dev.vk.com/en/api/callback/getting-started (read: November 2025)
"""

import hmac
from collections.abc import Iterator
from urllib.parse import urlsplit

from ..core.base import Account, Check, Settings
from ..core.errors import CredentialsRefused, MalformedPayload, RightMissing, SendError
from ..core.texts import _lt
from ..core.wire import Reader
from .vk_calls import MISSING_RIGHTS, VERSION, Api, is_list

TITLE = "Odoo"  # at most 14 characters
#: Events that a callback server is told to send.
EVENTS = (
    "message_new",
    "message_reply",
    "message_edit",
    "message_allow",
    "message_deny",
    "message_event",
    "message_read",
    "message_typing_state",
    "message_reaction_event",
)
#: And those that channels connected by hand can do without: the next refusal tells the same.
EXTRA_EVENTS = ("user_block", "user_unblock")
#: Rights in the order of their weight: without the first nothing works.
RIGHTS = {"messages": "error", "photos": "warning", "docs": "warning", "manage": "warning"}
LACKING = {
    "messages": _lt("The access key lacks the right to messages."),
    "photos": _lt("The access key lacks the right to photos."),
    "docs": _lt("The access key lacks the right to files."),
    "manage": _lt("The access key lacks the right to community management."),
}

PRESS_CONNECT = _lt("Press Connect.")
OPEN_REQUESTS_LOG = _lt(
    "See what VK received from here under Manage → Additionally → Working with API → Callback API "
    "→ Requests log, then press Connect."
)
TICK_EVENTS = _lt(
    "Press Connect, or tick them in VK under Manage → Additionally → Working with API → Callback "
    "API → Event types, and choose API version %(version)s."
)
COPY_SECRET = _lt(
    "Press Connect, or copy the secret key from the channel into VK: Manage → Additionally → "
    "Working with API → Callback API → Server settings."
)
COPY_CODE = _lt(
    "Press Connect, or copy the string that the server must return from VK into the channel: "
    "Manage → Additionally → Working with API → Callback API → Server settings."
)
ENABLE_MESSAGES = _lt("In VK, switch on Manage → Messages → Community messages.")
LOOK_YOURSELF = _lt(
    "Look into VK under Manage → Additionally → Working with API → Callback API, or give the "
    "access key the right to community management."
)
OTHER_COMMUNITY = _lt("Paste a key of this community, or make a new channel for the other one.")


def groups_of(answer: Reader) -> list[Reader]:
    """Return the communities; before 5.199 the list came bare."""
    if is_list(answer):
        return answer.children("response")
    return answer.child("response").children("groups")


def identify(api: Api) -> Account:
    rights = _rights(api)
    if "messages" not in rights:
        raise RightMissing(cure=MISSING_RIGHTS["messages"])
    group = _own_group(api)
    group_id = str(group.integer("id"))
    code = _confirmation_code(api, group_id) if "manage" in rights else ""
    return Account(group_id, group.text("name", ""), code)


def register(api: Api, settings: Settings, webhook_url: str) -> None:
    if "manage" not in _rights(api):
        raise RightMissing(cure=MISSING_RIGHTS["manage"])
    group_id = settings.account_ref or str(_own_group(api).integer("id"))
    server_id = _ensure_server(api, group_id, settings, webhook_url)
    api.call(
        "groups.setCallbackSettings",
        group_id=group_id,
        server_id=server_id,
        api_version=VERSION,
        **dict.fromkeys((*EVENTS, *EXTRA_EVENTS), 1),
    )
    for server in _servers(api, group_id):
        if server.integer("id") == server_id and server.text("status", "") == "failed":
            raise SendError("VK could not confirm the address", cure=OPEN_REQUESTS_LOG)


def unregister(api: Api, webhook_url: str) -> None:
    group_id = str(_own_group(api).integer("id"))
    for server in _our_servers(api, group_id, webhook_url):
        _delete_server(api, group_id, server)


def check(api: Api, settings: Settings, webhook_url: str) -> list[Check]:
    try:
        rights = _rights(api)
        group = _own_group(api)
    except CredentialsRefused as error:
        cause = _lt("VK refuses the access key.")
        return [Check("token", "error", cause, error.cure, button="token")]
    group_id = str(group.integer("id"))
    checks = [
        _check_token(group, group_id, settings),
        *_check_rights(rights),
        _check_messages(group),
    ]
    if "manage" in rights:
        return [*checks, *_check_server(api, group_id, settings, webhook_url)]
    unseen = _lt("Without the right to community management VK does not show it.")
    return [*checks, Check("server", "unknown", unseen, LOOK_YOURSELF)]


# What VK says about the key


def _rights(api: Api) -> set[str]:
    answer = api.call("groups.getTokenPermissions").child("response")
    return {right.text("name") for right in answer.children("permissions")}


def _own_group(api: Api) -> Reader:
    for group in groups_of(api.call("groups.getById", fields="can_message")):
        return group
    raise MalformedPayload("response.groups", "a list with our community")


def _confirmation_code(api: Api, group_id: str) -> str:
    answer = api.call("groups.getCallbackConfirmationCode", group_id=group_id)
    return answer.child("response").text("code")


# Callback servers


def _servers(api: Api, group_id: str) -> list[Reader]:
    answer = api.call("groups.getCallbackServers", group_id=group_id)
    return answer.child("response").children("items")


def _our_servers(api: Api, group_id: str, webhook_url: str) -> list[Reader]:
    """The path is this channel's alone, also after the site has moved to another host."""
    path = urlsplit(webhook_url).path
    servers = _servers(api, group_id)
    return [server for server in servers if urlsplit(server.text("url", "")).path == path]


def _ensure_server(api: Api, group_id: str, settings: Settings, webhook_url: str) -> int:
    """Return the one server of ours that VK has now, with our address and our secret."""
    kept = 0
    for server in _our_servers(api, group_id, webhook_url):
        if not kept and _is_as_wanted(server, settings, webhook_url):
            kept = server.integer("id")
        else:
            _delete_server(api, group_id, server)
    # To change one means to confirm it anew, so one that is right is left alone.
    return kept or _add_server(api, group_id, settings, webhook_url)


def _is_as_wanted(server: Reader, settings: Settings, webhook_url: str) -> bool:
    here = server.text("url", "") == webhook_url
    return here and server.text("status", "") == "ok" and _knows_secret(server, settings)


def _knows_secret(server: Reader, settings: Settings) -> bool:
    theirs, ours = server.text("secret_key", "").encode(), settings.signing_secret.encode()
    return bool(ours) and hmac.compare_digest(theirs, ours)


def _add_server(api: Api, group_id: str, settings: Settings, webhook_url: str) -> int:
    """VK asks our webhook for the confirmation code before it answers."""
    answer = api.call(
        "groups.addCallbackServer",
        group_id=group_id,
        url=webhook_url,
        title=TITLE,
        secret_key=settings.signing_secret,
    )
    return answer.child("response").integer("server_id")


def _delete_server(api: Api, group_id: str, server: Reader) -> None:
    api.call("groups.deleteCallbackServer", group_id=group_id, server_id=server.integer("id"))


# Checks


def _check_token(group: Reader, group_id: str, settings: Settings) -> Check:
    names = {"name": group.text("name", ""), "id": group_id}
    if settings.account_ref not in ("", group_id):
        cause = _lt("The access key belongs to another community: %(name)s (%(id)s).")
        return Check("token", "error", cause, OTHER_COMMUNITY, names, "token")
    return Check("token", "ok", _lt("The access key is that of %(name)s (%(id)s)."), "", names)


def _check_rights(rights: set[str]) -> Iterator[Check]:
    missing = [right for right in RIGHTS if right not in rights]
    for right in missing:
        cause, cure = LACKING[right], MISSING_RIGHTS[right]
        yield Check(f"right_{right}", RIGHTS[right], cause, cure, button="token")
    if not missing:
        yield Check("rights", "ok", _lt("The access key has every right that is needed."))


def _check_messages(group: Reader) -> Check:
    # Documented for users; for a key of the community itself it follows the same switch.
    if "can_message" not in group:
        return Check("messages", "unknown", _lt("VK does not tell whether messages are enabled."))
    if group.flag("can_message"):
        return Check("messages", "ok", _lt("Clients can write to the community."))
    return Check(
        "messages", "error", _lt("The community does not accept messages."), ENABLE_MESSAGES
    )


def _check_server(api: Api, group_id: str, settings: Settings, webhook_url: str) -> Iterator[Check]:
    servers = [s for s in _servers(api, group_id) if s.text("url", "") == webhook_url]
    if not servers:
        cause = _lt("VK does not know our address.")
        yield Check("server", "error", cause, PRESS_CONNECT, button="connect")
        return
    server = max(servers, key=lambda server: server.text("status", "") == "ok")
    status = server.text("status", "")
    if status == "ok":
        yield Check("server", "ok", _lt("VK has confirmed our address."))
    else:
        cause = _lt("VK has not confirmed our address: %(status)s.")
        yield Check("server", "error", cause, OPEN_REQUESTS_LOG, {"status": status}, "connect")
        # VK changes the code after every use: it matters only while something is to be confirmed.
        yield _check_code(api, group_id, settings)
    yield _check_events(api, group_id, server)
    yield _check_secret(server, settings)


def _check_events(api: Api, group_id: str, server: Reader) -> Check:
    answer = api.call(
        "groups.getCallbackSettings", group_id=group_id, server_id=server.integer("id")
    ).child("response")
    events = answer.child("events")
    off = [name for name in EVENTS if not events.flag(name, False)]
    values = {"events": ", ".join(off), "version": VERSION}
    if off:
        state = "error" if "message_new" in off else "warning"
        cause = _lt("VK is not told to send these events: %(events)s.")
        return Check("events", state, cause, TICK_EVENTS, values, "connect")
    if answer.text("api_version", "") != VERSION:
        cause = _lt("VK sends events in another version of its API than %(version)s.")
        return Check("events", "warning", cause, TICK_EVENTS, values, "connect")
    return Check("events", "ok", _lt("VK sends all the events that are used."))


def _check_secret(server: Reader, settings: Settings) -> Check:
    if _knows_secret(server, settings):
        return Check("secret", "ok", _lt("VK knows the secret key of the channel."))
    cause = _lt("VK has another secret key than the channel: its events are refused.")
    return Check("secret", "error", cause, COPY_SECRET, button="connect")


def _check_code(api: Api, group_id: str, settings: Settings) -> Check:
    if _confirmation_code(api, group_id) == settings.confirmation_code:
        return Check("confirmation_code", "ok", _lt("The confirmation code is the current one."))
    cause = _lt("VK expects another confirmation code than the channel has.")
    return Check("confirmation_code", "error", cause, COPY_CODE, button="connect")
