"""Bring the translation files in line with the sources; ./dev words runs it.

Every text the addon says has an entry in the .pot and in each .po, at the places where it is said;
what nobody says any more goes. An entry with a context keeps the places it has: the same English
means something else there. Prints what has no words yet.
"""

from collections import defaultdict
from pathlib import Path

import polib

from odoo.modules import get_module_path
from odoo.tools.translate import TranslationModuleReader

MODULE = "omnichannel_inbox"
FOLDER = Path(get_module_path(MODULE)) / "i18n"


def said(env):
    """Return the places at which each text is said, and in which kind of source."""
    places, kinds = defaultdict(list), defaultdict(set)
    for _module, kind, name, number, source, _value, comments in TranslationModuleReader(
        env.cr, [MODULE]
    ):
        place = (f"{kind}:{name}", "0") if kind == "code" else (f"{kind}:{name}:{number}", "")
        if place not in places[source]:
            places[source].append(place)
        kinds[source].update(comment for comment in comments if comment.startswith("odoo-"))
    return places, kinds


def renew(path, places, kinds):
    """The file has what is said and nothing else; return the texts that have no words in it."""
    book = polib.pofile(str(path), wrapwidth=78)
    for entry in list(book):
        there = places.get(entry.msgid, [])
        if entry.msgctxt:
            entry.occurrences = [place for place in entry.occurrences if place in there]
        if not there or (entry.msgctxt and not entry.occurrences):
            book.remove(entry)
    taken = {(e.msgid, place) for e in book if e.msgctxt for place in e.occurrences}
    plain = {entry.msgid: entry for entry in book if not entry.msgctxt}
    for source in sorted(places):
        left = [place for place in places[source] if (source, place) not in taken]
        if not left:
            if source in plain:
                book.remove(plain[source])
            continue
        entry = plain.get(source)
        if entry is None:
            entry = polib.POEntry(msgid=source)
            keys = [other.msgid for other in book]
            book.insert(next((n for n, key in enumerate(keys) if key > source), len(keys)), entry)
        entry.occurrences = left
        entry.comment = "\n".join([f"module: {MODULE}", *sorted(kinds[source])])
    book.save(str(path))
    return [entry.msgid for entry in book if not entry.msgstr]


places, kinds = said(env)  # noqa: F821 - the shell's
renew(FOLDER / f"{MODULE}.pot", places, kinds)
for path in sorted(FOLDER.glob("*.po")):
    for source in renew(path, places, kinds):
        print(f"{path.name}: {source!r} has no words yet")
