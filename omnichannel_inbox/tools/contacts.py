"""Phone numbers and e-mail addresses in what a client writes."""

import re

#: Of a text only so much is looked through, and so many numbers or addresses are taken from it.
MAX_TEXT = 4000
MAX_FOUND = 5

# Every repetition is bounded, and no two neighbours match the same character: a hostile text costs
# no more than an innocent one.
EMAIL = re.compile(
    r"(?<![\w.+%-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}"
    r"@(?:[^\W_][\w-]{0,62}\.){1,8}[^\W\d_]{2,24}(?![\w-])"
)
#: Seven to twenty digits with at most three separators between two of them.
DIGITS = re.compile(r"(?<![\w@.,/:=#+-])\+?\(?\d(?:[ \u00a0\u2009().–-]{0,3}\d){6,19}(?![\w@])")
DATE = re.compile(r"(?:\d{4}[-.]\d{2}[-.]\d{2}|\d{2}[-.]\d{2}[-.]\d{4})(?!\d)")
#: What stands before numbers that are no phones.
NO_PHONE = re.compile(
    r"(?:инн|кпп|огрн(?:ип)?|снилс|бик|сч[её]т\w{0,3}|заказ\w{0,3}|карт\w{0,3}|р/с|№|#"
    r"|inn|vat|iban|order|invoice|card|account)\W{0,4}$",
    re.IGNORECASE,
)


def find_emails(text):
    """Return the e-mail addresses in the text, in lower case and in their order."""
    found = (match.group().lower() for match in EMAIL.finditer(text[:MAX_TEXT]))
    return list(dict.fromkeys(found))[:MAX_FOUND]


def find_phones(text, normalize):
    """Return the phone numbers in the text, in their order.

    :param normalize: turns what was written into a number, or into nothing if it is none
    """
    found = []
    for match in DIGITS.finditer(text[:MAX_TEXT]):
        if len(found) == MAX_FOUND:
            break
        if number := _find_number(match, text, normalize):
            found.append(number)
    return list(dict.fromkeys(found))


def _find_number(match, text, normalize):
    """Return the phone that the digits are or begin with."""
    if DATE.match(match.group()) or NO_PHONE.search(
        text[max(0, match.start() - 20) : match.start()]
    ):
        return None
    words = match.group().split()
    for end in range(len(words), 0, -1):
        written = " ".join(words[:end])
        if _may_be_phone(written) and (number := normalize(written)):
            return number
    return None


def _may_be_phone(written):
    """Whoever leaves the country out writes ten or eleven digits."""
    digits = sum(character.isdigit() for character in written)
    return 8 <= digits <= 15 if written.startswith("+") else 10 <= digits <= 11
