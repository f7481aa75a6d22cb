"""Which database this is: a copy of it must not speak to clients as if it were the original.

PostgreSQL gives every database a number of its own, and every installation a number as well. Both
stay as they are through restarts, snapshots and standbys; a restored backup, a duplicate and a
moved database have others.
"""

from odoo.tools import SQL

KEY = "omnichannel_inbox.home"

ADDRESS = SQL(
    """
    SELECT concat_ws(
               ':',
               CASE WHEN has_function_privilege('pg_control_system()', 'execute')
                    THEN (SELECT system_identifier FROM pg_control_system())
                END,
               oid
           )
      FROM pg_database
     WHERE datname = current_database()
    """
)


def is_at_home(env):
    """Return whether this is the database that was made the company's, or none was."""
    # sudo: ir.config_parameter - whoever sends, the database is the same
    known = env["ir.config_parameter"].sudo().get_param(KEY)
    return not known or known == _address(env)


def move_in(env):
    """This database is the company's from now on: it speaks to clients. So it is once installed."""
    # sudo: ir.config_parameter - the caller has seen to it that this is meant
    env["ir.config_parameter"].sudo().set_param(KEY, _address(env))


def _address(env):
    [(address,)] = env.execute_query(ADDRESS)
    return address
