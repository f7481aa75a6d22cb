"""What went wrong, in words for people."""

from ..protocols.core.texts import _lt

FAILURES = {
    "refused": _lt("The network refused the message."),
    "credentials_refused": _lt("The network refuses our access: check the channel's settings."),
    "right_missing": _lt("Our access lacks a right on the network: check the channel's settings."),
    "recipient_unavailable": _lt("The client blocked us, left, or never allowed us to write."),
    "window_closed": _lt("The network allows no answer any more until the client writes again."),
    "unsupported_content": _lt("This network cannot carry this."),
    "throttled": _lt("The network asks us to slow down."),
    "recipient_throttled": _lt("The network asks us to write less often to this client."),
    "network_unavailable": _lt("The network does not answer."),
    "not_ready": _lt("The network has taken the file and is still processing it."),
    "outcome_unknown": _lt("No answer came back: the message may have been delivered."),
    "interrupted": _lt("The server stopped while sending: the message may have been delivered."),
    "previous_part": _lt("An earlier part of the same message was not delivered."),
    "file_missing": _lt("A file of the message is missing on the server."),
    "voice_unreadable": _lt("The recording could not be turned into a voice message."),
    "withdrawn": _lt("Withdrawn before it was sent."),
    "stale": _lt("It waited while the system was off or restored: it may have been sent already."),
    "neutralized": _lt("Not sent: this is a copy of the database."),
    "internal": _lt("Something unexpected happened here: tell your administrator."),
}

#: What the operator can do about it, where it is not obvious.
CURES = {
    "recipient_unavailable": _lt("Wait until the client writes, or reach him another way."),
    "outcome_unknown": _lt("Ask the client, or look into the network, before you send it again."),
    "interrupted": _lt("Ask the client, or look into the network, before you send it again."),
    "stale": _lt("Ask the client, or look into the network, before you send it again."),
    "voice_unreadable": _lt("Write instead; your administrator can install ffmpeg on the server."),
    "credentials_refused": _lt("Ask your administrator to check the channel."),
    "right_missing": _lt("Ask your administrator to check the channel."),
}


def translate(env, source, values=None):
    """Return a marked text in the language of the environment, its named places filled.

    :param values: what stands there; a function of the environment is a text of ours itself
    """
    if not source:
        return ""
    filled = dict(values or {}).items()
    return env._(source, **{name: v(env) if callable(v) else v for name, v in filled})


def in_each_language(records):
    """Yield the records once for each language of the system, to write what is read later."""
    for lang, _name in records.env["res.lang"].get_installed():
        yield records.with_context(lang=lang)


def describe_code(env, code, detail=""):
    """Return what a failure code means, with the network's own words behind it."""
    text = translate(env, FAILURES.get(code, FAILURES["refused"]))
    return f"{text} ({detail})" if detail else text


def cure_for_operator(error):
    """Return what the network says to do about it, empty where it is not for the operator."""
    return "" if error.code in ("credentials_refused", "right_missing") else error.cure


def describe_failure(env, error):
    """Return what went wrong and what to do about it."""
    cure = translate(env, error.cure or CURES.get(error.code, ""))
    return " ".join(filter(None, [describe_code(env, error.code, error.detail), cure]))
