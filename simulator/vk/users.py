"""users.get: who people are."""

from . import objects
from .call import Call, method
from .errors import invalid

MOST_USERS = 1000
NAME_CASES = {"", "nom", "gen", "dat", "acc", "ins", "abl"}  # names are not declined here


@method("users.get")
def get(call: Call) -> list[dict]:
    """Return the people that exist among those asked for; communities never are."""
    wanted = [part.strip() for part in call.text("user_ids", required=True).split(",")]
    if len(wanted) > MOST_USERS:
        raise invalid("user_ids", f"should contain at most {MOST_USERS} items")
    if call.text("name_case") not in NAME_CASES:
        raise invalid("name_case", "is invalid")
    fields = {part.strip() for part in call.text("fields").split(",")}
    found = [_find(call, one) for one in wanted]
    return [objects.user(client, fields, call.vk.city.media) for client in found if client]


def _find(call: Call, wanted: str):
    for client in call.vk.world.clients_of(call.vk.code):
        names = {client.id, f"id{client.id}", client.own.screen_name or client.id}
        if wanted in names:
            return client
    return None
