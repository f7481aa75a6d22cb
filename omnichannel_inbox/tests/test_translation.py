import re
from pathlib import Path

import polib
from lxml import etree

from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import TranslationModuleReader, code_translations

from ..models.failures import CURES, FAILURES, translate
from ..protocols.core.texts import CARDS

MODULE = "omnichannel_inbox"
RUSSIAN = Path(__file__).parents[1] / "i18n" / "ru.po"
TEMPLATE = RUSSIAN.with_name(f"{MODULE}.pot")
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}|</?\w+")
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
#: The same in both languages, or written by nobody but a machine.
SAME = {"ID", "https://…"}
#: Where a form, a list or a search says something to people.
SAYING = ("string", "title", "help", "placeholder", "confirm", "aria-label")
#: Records of Odoo that bear fields of ours.
BEARERS = ("crm.lead", "res.partner", "sale.order")


def read_words(arch):
    """Return everything that a rendered view says to people."""
    words = set()
    for node in etree.fromstring(arch).iter(etree.Element):
        words.update(node.get(name) for name in SAYING)
        words.update((node.text, node.tail))
    return {word.strip() for word in words if word and word.strip()}


@tagged("-at_install", "post_install")
class TestTranslation(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("ru_RU")
        cls.env["ir.module.module"]._load_module_terms([MODULE], ["ru_RU"], overwrite=True)
        cls.rows = list(TranslationModuleReader(cls.env.cr, [MODULE]))
        cls.sources = {row[4].strip() for row in cls.rows}
        cls.entries = [entry for entry in polib.pofile(str(RUSSIAN)) if not entry.obsolete]
        cls.translated = {entry.msgid.strip() for entry in cls.entries if entry.translated()}
        cls.russian = cls.env(context={"lang": "ru_RU"})
        #: What nobody who reads Russian may meet.
        cls.english = {
            entry.msgid.strip()
            for entry in cls.entries
            if CYRILLIC.search(entry.msgstr) and not CYRILLIC.search(entry.msgid)
        }

    def test_every_text_of_the_addon_has_russian_words(self):
        missing = sorted(self.sources - self.translated)
        self.assertFalse(missing, f"{len(missing)} texts have no Russian words")

    def test_nothing_is_translated_that_nobody_says(self):
        self.assertFalse(sorted({entry.msgid.strip() for entry in self.entries} - self.sources))

    def test_the_template_has_the_same_texts(self):
        """What Odoo does not find there, it does not take from the translation either."""
        template = {entry.msgid_with_context for entry in polib.pofile(str(TEMPLATE))}
        self.assertEqual({entry.msgid_with_context for entry in self.entries}, template)

    def test_what_is_left_in_english_is_left_so_knowingly(self):
        same = {
            entry.msgid
            for entry in self.entries
            if entry.translated() and not CYRILLIC.search(entry.msgstr)
        }
        self.assertEqual(same, SAME)

    def test_the_named_places_of_a_text_are_those_of_its_translation(self):
        for entry in self.entries:
            with self.subTest(text=entry.msgid):
                self.assertEqual(
                    sorted(PLACE.findall(entry.msgid)), sorted(PLACE.findall(entry.msgstr))
                )

    def test_every_screen_is_russian(self):
        found = self.env["ir.model.data"].search(
            [("module", "=", MODULE), ("model", "=", "ir.ui.view")]
        )
        for view in self.russian["ir.ui.view"].browse(found.mapped("res_id")):
            with self.subTest(view=view.xml_id):
                self.assertFalse(sorted(read_words(view.arch_db) & self.english))

    def test_every_field_and_choice_is_russian(self):
        ours = [model for model in self.env if model.startswith("omnichannel.")]
        for model in (*ours, *BEARERS):
            for name, field in self.russian[model].fields_get().items():
                if name.startswith("activity_") or (
                    model in BEARERS and not name.startswith("omnichannel_")
                ):
                    continue
                choices = field.get("selection") or []
                words = {field["string"], field.get("help"), *(text for _, text in choices)}
                with self.subTest(model=model, field=name):
                    self.assertFalse(words & self.english)

    def test_what_the_browser_says_is_russian(self):
        found = code_translations.get_web_translations(MODULE, "ru_RU")["messages"]
        russian = {message["id"]: message["string"] for message in found}
        for row in self.rows:
            if "odoo-javascript" in row[6]:
                with self.subTest(text=row[4]):
                    self.assertIn(row[4], russian)

    def test_a_failure_says_in_russian_what_happened_and_what_to_do(self):
        for text in (*FAILURES.values(), *CURES.values(), *CARDS.values()):
            with self.subTest(text=text):
                self.assertRegex(translate(self.russian, text), CYRILLIC)
