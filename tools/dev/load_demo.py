"""For `./dev odoo shell`: the demonstration data of the addon, in a database made without it."""

from odoo.modules.module import Manifest
from odoo.tools.convert import convert_file

ADDON = "omnichannel_inbox"

for path in Manifest.for_addon(ADDON)["demo"]:
    convert_file(env, ADDON, path, {}, mode="init", noupdate=True)  # noqa: F821 - the shell's
env.cr.commit()  # noqa: F821
