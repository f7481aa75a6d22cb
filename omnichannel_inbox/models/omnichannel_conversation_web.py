from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

from odoo.addons.mail.tools.discuss import Store

from .home import is_at_home

#: How many conversations of a kind Discuss loads at a time.
INBOX_LIMIT = 100
#: How many sessions the history shows.
HISTORY_LIMIT = 200
#: From how many answers on that wait nobody counts.
MANY_WAITING = 100


class OmnichannelConversation(models.Model):
    """What the interface asks for: where to go, who is there, what waits."""

    _inherit = "omnichannel.conversation"

    def action_open(self):
        """Return the client action that opens the conversation in Discuss."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "mail.action_discuss",
            "context": {"active_id": f"discuss.channel_{self.discuss_channel_id.id}"},
            "params": {"active_id": f"discuss.channel_{self.discuss_channel_id.id}"},
        }

    def action_open_lead(self):
        """Return the action that opens the lead.

        :raises UserError: there is none
        """
        self.ensure_one()
        if not self.lead_id:
            raise UserError(self.env._("This conversation has no lead."))
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "res_id": self.lead_id.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def get_operators(self):
        """Return who may be invited, or is there: the operators of the channel, who is in first.

        :rtype: list[dict], ``role`` being ``operator``, ``invited`` or False
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: omnichannel.channel - colleagues know who serves a channel together with them
        users = self.channel_id.sudo().all_operator_ids | self.sudo().participant_ids
        operators = [self._describe_operator(user) for user in users]
        return sorted(operators, key=lambda o: (not o["role"], o["im_status"], o["name"]))

    def _describe_operator(self, user):
        role = "invited" if user in self.participant_ids else False
        return {
            "id": user.id,
            "name": user.name,
            "im_status": user.im_status,
            "role": "operator" if role and user == self.operator_id else role,
        }

    @api.model
    def _load_inbox(self):
        """Return the threads that wait, longest first, and how many more there are.

        With them come those that the user takes part in, and to a supervisor all in progress.
        """
        waiting = [("state", "=", "new")]
        found = self.search_fetch(
            waiting, ["discuss_channel_id"], order="waiting_since, id", limit=INBOX_LIMIT
        )
        beyond = 0
        if len(found) == INBOX_LIMIT:
            beyond = self.search_count(waiting) - INBOX_LIMIT
        ongoing = [("state", "=", "open")]
        for domain in (
            [*ongoing, ("participant_ids", "in", self.env.uid)],
            *([ongoing] if self._is_supervised() else []),
        ):
            found |= self.search_fetch(domain, ["discuss_channel_id"], limit=INBOX_LIMIT)
        return found.discuss_channel_id, beyond

    def _to_store_defaults(self, target):
        """Beside the state: how the client is addressed in a prepared answer."""
        return [
            *super()._to_store_defaults(target),
            Store.Attr("client_first_name", lambda c: c._client_first_name()),
        ]

    def _client_first_name(self):
        # sudo: omnichannel.identity - whoever sees the thread sees the client's name
        identity_sudo = self.sudo().identity_id
        return identity_sudo.first_name or identity_sudo.name.partition(" ")[0]

    def announce_viewer(self, viewing, is_new=False):
        """Whoever has the thread open as well knows that the caller looks at it, or no longer.

        Nothing is stored: the browsers forget a viewer who is silent for a minute.

        :param is_new: the caller has just come; the others announce themselves to him
        """
        self.ensure_one()
        self.check_access("read")
        self.discuss_channel_id._bus_send(
            "omnichannel.conversation/viewer",
            {
                "discuss_channel_id": self.discuss_channel_id.id,
                "user_id": self.env.user.id,
                "name": self.env.user.name,
                "viewing": bool(viewing),
                "is_new": bool(is_new),
            },
            subchannel="internal_users",
        )
        return True

    def get_trouble(self):
        """Return what is wrong with the channel now, and how many answers wait; False if nothing.

        :rtype: dict | bool
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: omnichannel.channel - whoever serves a channel may know that it does not work
        channel_sudo = self.channel_id.sudo()
        waiting = self._count_waiting_answers()
        if not is_at_home(self.env):
            message = self.env._("This is a restored or moved database: nothing is sent from it.")
            return {"message": message, "waiting": waiting}
        if channel_sudo.state == "error":
            return {"message": channel_sudo.state_message or "", "waiting": waiting}
        if waiting and self._is_channel_resting():
            message = self.env._("The network does not answer. We go on trying by ourselves.")
            return {"message": message, "waiting": waiting}
        return False

    def _count_waiting_answers(self):
        """Return how many answers of the channel wait to be sent, of all its conversations."""
        # sudo: omnichannel.message - a number tells nothing about anybody
        return (
            self.env["omnichannel.message"]
            .sudo()
            .search_count(
                [("channel_id", "=", self.channel_id.id), ("state", "=", "waiting")],
                limit=MANY_WAITING,
            )
        )

    def _is_channel_resting(self):
        """Return whether several calls in a row got no answer."""
        # sudo: omnichannel.channel.pace - only whether it is so
        return bool(
            self.env["omnichannel.channel.pace"]
            .sudo()
            .search_count([("channel_id", "=", self.channel_id.id), ("failures", ">", 1)], limit=1)
        )

    # What stands beside the thread

    def get_card(self):
        """Return what the side panel shows: client, customer, lead, orders, marks.

        Of leads and orders the user may not read nothing is told.
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: omnichannel.identity - whoever serves the channel knows its clients
        identity_sudo = self.sudo().identity_id
        return {
            "client": identity_sudo._describe(),
            "channel": self.channel_id.sudo().name,
            "began_at": self.began_at,
            "start_parameter": self.session_id.start_parameter or "",
            "start_source": self.session_id.start_source or "",
            "customer": self._describe_record(self.sudo().partner_id),
            "lead": self._describe_lead(),
            "orders": [self._describe_order(order) for order in self._open_orders()],
            # sudo: omnichannel.tag - whoever reads the conversation reads its marks
            "tags": [
                {"id": tag.id, "name": tag.name, "color": tag.color} for tag in self.sudo().tag_ids
            ],
            "priority": self.priority or "0",
            "note": self.note or "",
        }

    def _readable(self, records):
        """Return those of the records that the user may read, as he reads them."""
        return records.with_env(self.env)._filtered_access("read")

    def _describe_record(self, record_sudo):
        record = self._readable(record_sudo)
        return {"id": record.id, "name": record.display_name} if record else False

    def _describe_lead(self):
        lead = self._readable(self.sudo().lead_id)
        if not lead:
            return False
        return {
            "id": lead.id,
            "name": lead.name,
            "stage": lead.stage_id.name or "",
            "salesperson": lead.user_id.name or "",
        }

    def _open_orders(self):
        """Return the quotations and orders of the lead and of the customer, newest first."""
        orders = self.env["sale.order"]
        lead, partner = self.sudo().lead_id, self.sudo().partner_id
        if not orders.has_access("read") or not (lead or partner):
            return orders
        domain = [
            ("state", "!=", "cancel"),
            "|",
            ("opportunity_id", "in", lead.ids),
            ("partner_id", "in", partner.ids),
        ]
        return orders.search(domain, limit=5, order="id desc")

    def _describe_order(self, order):
        return {
            "id": order.id,
            "name": order.name,
            "state": dict(order._fields["state"]._description_selection(self.env))[order.state],
            "amount": formatLang(self.env, order.amount_total, currency_obj=order.currency_id),
        }

    def get_history(self):
        """Return all sessions of this client, on every channel that the user serves, newest first.

        :rtype: list[dict] with the session's thread, times, outcome and who took part
        """
        self.ensure_one()
        self.check_access("read")
        identity_sudo = self.sudo().identity_id
        same = [("conversation_id.identity_id", "=", identity_sudo.id)]
        if identity_sudo.partner_id:
            same = [("conversation_id.partner_id", "=", identity_sudo.partner_id.id)]
        sessions = self.env["omnichannel.session"].search(same, limit=HISTORY_LIMIT)
        return [session._describe() for session in sessions]
