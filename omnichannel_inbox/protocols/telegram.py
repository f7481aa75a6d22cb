"""Telegram Bot API, https://core.telegram.org/bots/api (read: 10.0, May 2026)."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby

from telegram.constants import (
    ChatAction,
    ChatMemberStatus,
    FileSizeLimit,
    FloodLimit,
    InlineKeyboardMarkupLimit,
    MediaGroupLimit,
    MessageLimit,
    ReactionType,
    UpdateType,
)

from .core.base import Account, Check, FileAddress, Outgoing, Protocol, Settings, asks
from .core.errors import MalformedPayload, SendError
from .core.events import (
    ButtonPressed,
    ChatMoved,
    Event,
    Ignored,
    MessageEdited,
    MessageReceived,
    Person,
    ReachabilityChanged,
    ReactionChanged,
)
from .core.planning import ButtonLimits, Capabilities
from .core.registry import register
from .core.signatures import require_equal
from .core.wire import Answer, Envelope, Http, Reader, Webhook
from .parts import telegram_account, telegram_entities, telegram_sending
from .parts.telegram_calls import NO_TOKEN, TOKEN, Api, Migrated
from .parts.telegram_content import (
    chat_person,
    is_private,
    message_values,
    person,
    service_kind,
)
from .parts.telegram_keyboards import MAX_LABEL

PROOF_HEADER = "X-Telegram-Bot-Api-Secret-Token"
MAX_UPDATE_ID = 20
#: A reaction that is a picture of Telegram's own, or paid for.
OTHER_REACTION = "⭐"
KINDS = frozenset({"image", "voice", "audio", "video", "file"})
#: Kinds that may share a message; animations and voice messages stand alone.
FAMILIES = {"image": "seen", "video": "seen", "audio": "heard", "file": "kept"}


@register
class Telegram(Protocol):
    code = "telegram"
    label = "Telegram"
    required_settings = frozenset({"access_token", "signing_secret"})
    capabilities = Capabilities(
        max_text=MessageLimit.MAX_TEXT_LENGTH,
        max_caption=MessageLimit.CAPTION_LENGTH,
        marks=frozenset(telegram_entities.KINDS),
        files=KINDS,
        max_file_bytes=dict.fromkeys(KINDS, int(FileSizeLimit.FILESIZE_UPLOAD)),
        files_per_message=MediaGroupLimit.MAX_MEDIA_LENGTH,
        quotes=True,
        edits=True,
        deletes=True,
        typing=True,
        buttons=ButtonLimits(
            kinds=frozenset({"answer", "link", "phone"}),
            count=InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER,
            label=MAX_LABEL,
            alone=frozenset({"phone"}),
        ),
        calls_per_second=FloodLimit.MESSAGES_PER_SECOND,
    )
    file_hosts = frozenset({"api.telegram.org"})
    token_form = TOKEN
    token_help = NO_TOKEN

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        if settings.api_url:
            limits = dict.fromkeys(KINDS, int(FileSizeLimit.FILESIZE_UPLOAD_LOCAL_MODE))
            self.capabilities = replace(self.capabilities, max_file_bytes=limits)

    # In

    def verify(self, webhook: Webhook) -> None:
        require_equal(webhook.header(PROOF_HEADER), self.settings.signing_secret)

    def split(self, webhook: Webhook) -> list[Envelope]:
        try:
            update = webhook.json()
            number = update.integer("update_id")
            body = json.dumps(update.value, ensure_ascii=False).encode("utf-8", "replace")
        except (MalformedPayload, RecursionError):
            return [Envelope.of_body(webhook.body)]
        if len(str(number)) > MAX_UPDATE_ID:
            return [Envelope.of_body(body, _chat_of(update))]
        return [Envelope(str(number), body, _chat_of(update))]

    def answer(self, webhook: Webhook) -> Answer:
        # Anything else could be taken for the call of a method.
        return Answer("")

    def parse(self, envelope: Envelope) -> list[Event]:
        update = envelope.json()
        update.integer("update_id")
        for kind, parse in _PARSERS.items():
            if kind in update:
                try:
                    return [parse(self, envelope.key, update.child(kind))]
                except RecursionError:
                    raise MalformedPayload(kind, "reasonably nested") from None
        named = ", ".join(name for name in update.value if name != "update_id")
        return [Ignored(envelope.key, reason=f"update {named!r} is not used")]

    def _parse_message(self, key: str, message: Reader) -> Event:
        if "migrate_to_chat_id" in message or "migrate_from_chat_id" in message:
            return self._parse_move(key, message)
        if service := service_kind(message):
            return Ignored(key, reason=f"service message {service!r}")
        return MessageReceived(key, **message_values(message, self.settings.account_ref))

    def _parse_move(self, key: str, message: Reader) -> Event:
        """A group has become a supergroup: the old chat says so, and the new one."""
        here = message.child("chat").integer("id")
        old, new = message.integer("migrate_from_chat_id", here), here
        if "migrate_to_chat_id" in message:
            old, new = here, message.integer("migrate_to_chat_id")
        return ChatMoved(key, chat_id=str(old), new_chat_id=str(new))

    def _parse_edited(self, key: str, message: Reader) -> Event:
        changed = message.timestamp("edit_date") if "edit_date" in message else None
        values = message_values(message, self.settings.account_ref)
        return MessageEdited(key, **values, edited_at=changed)

    def _parse_button(self, key: str, query: Reader) -> Event:
        presser = person(query.child("from"))
        message = query.child("message") if "message" in query else None
        return ButtonPressed(
            key,
            chat_id=str(message.child("chat").integer("id")) if message else presser.id,
            person_id=presser.id,
            payload=query.text("data", "") or query.text("game_short_name", ""),
            answer_id=query.text("id"),
            message_id=str(message.integer("message_id")) if message else "",
        )

    def _parse_member(self, key: str, change: Reader) -> Event:
        chat, status = change.child("chat"), change.child("new_chat_member").text("status")
        if not is_private(chat):
            return Ignored(key, reason=f"the bot is {status!r} in a group")
        return ReachabilityChanged(
            key,
            chat_id=str(chat.integer("id")),
            person_id=str(change.child("from").integer("id")),
            reachable=status not in (ChatMemberStatus.BANNED, ChatMemberStatus.LEFT),
        )

    def _parse_reaction(self, key: str, change: Reader) -> Event:
        # A group may react as one; of one without a name nobody is told.
        who = next((name for name in ("user", "actor_chat") if name in change), "")
        return ReactionChanged(
            key,
            chat_id=str(change.child("chat").integer("id")),
            person_id=str(change.child(who).integer("id")) if who else "",
            message_id=str(change.integer("message_id")),
            emoji="".join(_emoji(each) for each in change.children("new_reaction")[-1:]),
        )

    # Out

    def _group_files(self, kinds: Sequence[str]) -> list[tuple[int, ...]]:
        """An album holds pictures and films, or music, or documents."""
        groups = []
        numbered = enumerate(FAMILIES.get(kind, "") for kind in kinds)
        for family, alike in groupby(numbered, key=lambda pair: pair[1]):  # pylint: disable=bad-builtin-groupby
            numbers = [number for number, _family in alike]
            size = self.capabilities.files_per_message if family else 1
            groups += [tuple(numbers[at : at + size]) for at in range(0, len(numbers), size)]
        return groups

    def send(self, outgoing: Outgoing, http: Http) -> str:
        api = Api(self.settings, http)
        try:
            return telegram_sending.send(api, outgoing)
        except Migrated as moved:
            # The group's own message tells the same, perhaps a moment later.
            return telegram_sending.send(api, replace(outgoing, chat_id=moved.chat_id))

    @asks
    def edit(self, message_id: str, outgoing: Outgoing, http: Http) -> None:
        with _said_already("message is not modified"):
            telegram_sending.edit(Api(self.settings, http), int(message_id), outgoing)

    @asks
    def delete(self, message_id: str, chat_id: str, http: Http) -> None:
        with _said_already("message to delete not found"):
            Api(self.settings, http).ask(lambda bot: bot.delete_message(chat_id, int(message_id)))

    @asks
    def show_typing(self, chat_id: str, http: Http) -> None:
        Api(self.settings, http).ask(lambda bot: bot.send_chat_action(chat_id, ChatAction.TYPING))

    @asks
    def answer_button(self, chat_id: str, person_id: str, answer_id: str, http: Http) -> None:
        with _said_already("query is too old"):
            Api(self.settings, http).ask(lambda bot: bot.answer_callback_query(answer_id))

    @asks
    def fetch_people(self, person_ids: Sequence[str], http: Http) -> list[Person]:
        """One question for each of them; who cannot be asked about now is asked about later."""
        api = Api(self.settings, http)
        people: list[Person] = []
        for person_id in person_ids:
            try:
                people.append(_fetch_person(api, person_id))
            except SendError as error:
                if error.blames != "channel" and not error.retry:
                    continue  # a client who never pressed Start, or is gone
                if not people:
                    raise
                break
        return people

    @asks
    def locate_file(self, url: str, http: Http) -> FileAddress:
        api = Api(self.settings, http)
        file = api.ask(lambda bot: bot.get_file(url)).child("result")
        return FileAddress(api.file_url(file.text("file_path")))

    # The channel itself

    @asks
    def identify(self, http: Http) -> Account:
        return telegram_account.identify(Api(self.settings, http))

    @asks
    def register(self, webhook_url: str, http: Http) -> None:
        telegram_account.register(Api(self.settings, http), self.settings, webhook_url)

    @asks
    def unregister(self, webhook_url: str, http: Http) -> None:
        telegram_account.unregister(Api(self.settings, http), webhook_url)

    @asks
    def check(self, webhook_url: str, http: Http) -> list[Check]:
        return telegram_account.check(Api(self.settings, http), self.settings, webhook_url)


_PARSERS: dict[str, Callable[[Telegram, str, Reader], Event]] = {
    UpdateType.MESSAGE: Telegram._parse_message,
    UpdateType.EDITED_MESSAGE: Telegram._parse_edited,
    UpdateType.CALLBACK_QUERY: Telegram._parse_button,
    UpdateType.MY_CHAT_MEMBER: Telegram._parse_member,
    UpdateType.MESSAGE_REACTION: Telegram._parse_reaction,
}


def _chat_of(update: Reader) -> str:
    """Return whose chat an update of any kind belongs to; empty where nothing says so."""
    for name in update.value:
        try:
            item = update.child(name)
            place = item.child("message") if "message" in item else item
            return str(place.child("chat" if "chat" in place else "from").integer("id"))
        except MalformedPayload:
            continue
    return ""


def _emoji(reaction: Reader) -> str:
    if reaction.text("type") == ReactionType.EMOJI:
        return reaction.text("emoji")
    return OTHER_REACTION


def _fetch_person(api: Api, person_id: str) -> Person:
    """Return a person with his picture; it is named by its id, as files are."""
    chat = api.ask(lambda bot: bot.get_chat(person_id)).child("result")
    who = chat_person(chat) if "title" in chat else person(chat)
    if "photo" not in chat:
        return who
    return replace(who, photo_url=chat.child("photo").text("big_file_id", ""))


@contextmanager
def _said_already(words: str) -> Iterator[None]:
    """That it is so already is no failure."""
    try:
        yield
    except SendError as error:
        if words not in error.detail.lower():
            raise
