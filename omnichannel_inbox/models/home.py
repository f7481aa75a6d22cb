"""Which database this is: a copy of it must not speak to clients as if it were the original.

PostgreSQL gives every database a number of its own, and every installation a number as well. Both
stay as they are through restarts, snapshots and standbys; a restored backup, a duplicate and a moved
database have others.
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
    """Return whether this is the database from which the first answer went out."""
    # sudo: ir.config_parameter - whoever sends, the database is the same
    parameters_sudo = env["ir.config_parameter"].sudo()
    known = parameters_sudo.get_param(KEY)
    if not known:
        move_in(env)
    return not known or known == _address(env)


def move_in(env):
    """This database is the one that speaks to clients from now on."""
    # sudo: ir.config_parameter - the caller has seen to it that this is meant
    env["ir.config_parameter"].sudo().set_param(KEY, _address(env))


def _address(env):
    [(address,)] = env.execute_query(ADDRESS)
    return address
