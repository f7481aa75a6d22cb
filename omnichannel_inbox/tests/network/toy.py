"""A network that exists nowhere: what one has to write for a second one, and nothing else."""

from .common import base, errors, events, planning, registry, signatures, wire


class Toy(base.Protocol):
    code = "toy"
    label = "Toy"
    required_settings = frozenset({"access_token", "signing_secret"})
    capabilities = planning.Capabilities(max_text=100)

    def verify(self, webhook):
        signatures.require_hmac(
            webhook.header("X-Signature"), webhook.body, self.settings.signing_secret
        )
        try:
            webhook.json()
        except errors.MalformedPayload:
            raise errors.WebhookRejected from None

    def split(self, webhook):
        return [wire.Envelope.of_body(webhook.body, _chat_of(webhook))]

    def parse(self, envelope):
        message = envelope.json()
        if message.text("kind") != "said":
            return [events.Ignored(envelope.key, reason=message.text("kind"))]
        return [
            events.MessageReceived(
                envelope.key,
                chat_id=message.text("room"),
                message_id=message.text("id"),
                sender=events.Person(message.text("who")),
                sent_at=message.timestamp("at"),
                text=message.text("words", ""),
            )
        ]

    def send(self, outgoing, http):
        reply = http(
            wire.Call(
                "POST",
                f"{self.settings.api_url}/say",
                headers={"Authorization": self.settings.access_token},
                json={"room": outgoing.chat_id, "words": outgoing.text},
            )
        )
        if not reply.ok:
            raise errors.SendError(f"HTTP {reply.status}")
        return reply.json().text("id")

    def identify(self, http):
        return base.Account("1", "Toy")


def _chat_of(webhook):
    try:
        return webhook.json().text("room", "")
    except errors.MalformedPayload:
        return ""


def register_toy():
    registry.register(Toy)
