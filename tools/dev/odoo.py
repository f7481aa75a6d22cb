"""Start Odoo from the folder named by ODOO_ROOT: odoo.py <Odoo's command line>.

A script and not `python -m odoo`: Odoo's prefork server starts its evented child by running
this very file again, and a file inside the package would hide the standard library's `http`.
"""

import os
import sys

if __name__ == "__main__":
    sys.path[0] = os.environ["ODOO_ROOT"]
    from odoo.cli import main

    main()
