"""Texts for people: marked here, translated where they are shown."""


def _lt(source: str) -> str:
    """Return the text itself; its name makes the translation tools collect it."""
    return source


#: The words in front of a card (see ``events.Card``).
CARDS = {
    "link": _lt("Link"),
    "video": _lt("Video"),
    "audio": _lt("Audio"),
    "post": _lt("Post"),
    "comment": _lt("Comment"),
    "product": _lt("Product"),
    "location": _lt("Location"),
    "contact": _lt("Contact"),
    "poll": _lt("Poll"),
    "list": _lt("List"),
    "dice": _lt("Dice"),
    "game": _lt("Game"),
    "gift": _lt("Gift"),
    "story": _lt("Story"),
    "article": _lt("Article"),
    "call": _lt("Call"),
    "transcript": _lt("Recognised speech"),
    "service": _lt("Service message"),
    "unsupported": _lt("Cannot be shown here"),
}
