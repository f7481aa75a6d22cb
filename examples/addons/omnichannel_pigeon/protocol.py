"""Pigeon post: a network that exists nowhere, with everything that a network needs."""

from odoo.addons.omnichannel_inbox.protocols import (
    Account,
    Call,
    Capabilities,
    Check,
    CredentialsRefused,
    Envelope,
    Ignored,
    MalformedPayload,
    MessageReceived,
    Person,
    Protocol,
    SendError,
    WebhookRejected,
    register,
)
from odoo.addons.omnichannel_inbox.protocols.core.signatures import require_hmac

HOME = "https://pigeons.example"


@register
class Pigeon(Protocol):
    code = "pigeon"
    label = "Pigeon post"
    required_settings = frozenset({"access_token", "signing_secret"})
    capabilities = Capabilities(max_text=140, calls_per_second=5)

    # In

    def verify(self, webhook):
        require_hmac(webhook.header("X-Ring"), webhook.body, self.settings.signing_secret)
        try:
            webhook.json()
        except MalformedPayload:
            raise WebhookRejected from None

    def split(self, webhook):
        try:
            loft = webhook.json().text("loft", "")
        except MalformedPayload:
            loft = ""
        return [Envelope.of_body(webhook.body, loft)]

    def parse(self, envelope):
        pigeon = envelope.json()
        if pigeon.text("kind") != "letter":
            return [Ignored(envelope.key, reason=pigeon.text("kind"))]
        return [
            MessageReceived(
                envelope.key,
                chat_id=pigeon.text("loft"),
                message_id=pigeon.text("id"),
                sender=Person(pigeon.text("keeper")),
                sent_at=pigeon.timestamp("at"),
                text=pigeon.text("words", ""),
            )
        ]

    # Out

    def send(self, outgoing, http):
        return self._ask("fly", http, loft=outgoing.chat_id, words=outgoing.text).text("id")

    # The channel itself

    def identify(self, http):
        loft = self._ask("home", http)
        return Account(loft.text("id"), loft.text("name"))

    def register(self, webhook_url, http):
        self._ask("release", http, to=webhook_url)

    def check(self, webhook_url, http):
        try:
            home = self._ask("home", http)
        except CredentialsRefused:
            cause = "The pigeons do not know the token."
            return [Check("token", "error", cause, "Ask the keeper.", button="token")]
        if home.text("to", "") != webhook_url:
            cause = "The pigeons fly elsewhere."
            return [Check("webhook", "error", cause, "Press Connect.", {}, "connect", holds=True)]
        return [Check("webhook", "ok", "The pigeons fly to us.")]

    def _ask(self, what, http, **said):
        url = f"{self.settings.api_url or HOME}/{what}"
        headers = {"Authorization": self.settings.access_token}
        reply = http(Call("POST", url, headers=headers, json=said))
        if reply.status == 401:
            raise CredentialsRefused
        if not reply.ok:
            raise SendError(f"HTTP {reply.status}")
        return reply.json()
