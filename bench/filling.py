"""Conversations as years leave them behind, put into the database by SQL: minutes instead of days.

Of the first 300 everything is under way: the operator has 20, 200 wait, colleagues have the rest.
Of those that follow nearly all are finished: one in 300 waits, one in 250 is a colleague's, one in
33 is spam. Clients are spread over all channels, the operator serves half of these.
"""

import json

from .session import Database

MINE = 20
WAITING = 200
FIRST = 300
#: Numbers of the two conversations of the operator whose length is compared, and their messages.
SHORT, LONG = 1, 2
MESSAGES = {SHORT: 50, LONG: 50_000}
#: Three of the first clients are called so, and nobody else.
RARE_NAME = "Zinaida Vorontsova"

PLAN = """
CREATE TEMP TABLE bench_plan AS
SELECT n,
       nextval('mail_guest_id_seq') AS guest_id,
       nextval('omnichannel_identity_id_seq') AS identity_id,
       nextval('omnichannel_conversation_id_seq') AS conversation_id,
       nextval('discuss_channel_id_seq') AS thread_id,
       nextval('omnichannel_session_id_seq') AS session_id,
       (%(channels)s::int[])[1 + CASE WHEN n <= %(mine)s THEN n %% 10 ELSE n / 7 %% 20 END]
       AS channel_id,
       CASE WHEN n IN (21, 28, 35) THEN %(rare)s
            ELSE (ARRAY['Anna', 'Boris', 'Clara', 'Denis', 'Elena', 'Fedor', 'Galina', 'Igor',
                        'Larisa', 'Maxim'])[1 + n %% 10]
                 || ' ' || (ARRAY['Ivan', 'Petr', 'Sidor', 'Sokol', 'Lebed', 'Kozl', 'Orl',
                                  'Medved', 'Zhuk', 'Solov', 'Vorob', 'Stepan', 'Mikhail',
                                  'Alekse', 'Romanets', 'Grigor', 'Kiril'])[1 + n %% 17]
                 || (ARRAY['ov', 'ev', 'enko', 'chuk', 'in', 'sky', 'yan'])[1 + n %% 7]
                 || ' ' || n
       END AS name,
       CASE WHEN %(all_wait)s THEN 'new'
            WHEN n <= %(mine)s THEN 'open'
            WHEN n <= %(mine)s + %(waiting)s THEN 'new'
            WHEN n <= %(first)s THEN 'open'
            WHEN n %% 300 = 0 THEN 'new'
            WHEN n %% 250 = 1 THEN 'open'
            WHEN n %% 33 = 2 THEN 'spam'
            ELSE 'done'
       END AS state,
       CASE WHEN n <= %(mine)s THEN %(operator)s
            ELSE (%(colleagues)s::int[])[1 + n %% array_length(%(colleagues)s::int[], 1)]
       END AS served_by,
       COALESCE((%(messages)s::jsonb ->> n::text)::int, 1 + floor(-ln(1 - random()) * 2)::int)
       AS said,
       now() AT TIME ZONE 'UTC' - n %% 1000000 * interval '3 minutes' AS at
  FROM generate_series(%(begin)s, %(end)s) AS n
"""

FILL = (
    """
    INSERT INTO mail_guest (id, name, access_token, omnichannel_channel_id, create_uid, create_date)
    SELECT guest_id, name, md5(n || 'guest'), channel_id, 1, at FROM bench_plan
    """,
    """
    INSERT INTO omnichannel_identity
           (id, channel_id, company_id, guest_id, network_ref, name, phone, reachable, create_uid,
            create_date)
    SELECT identity_id, channel_id, %(company)s, guest_id, 'bench' || n, name,
           '+7900' || lpad(n::text, 7, '0'), true, 1, at
      FROM bench_plan
    """,
    """
    INSERT INTO discuss_channel
           (id, name, channel_type, active, last_interest_dt, omnichannel_conversation_id,
            omnichannel_channel_id, omnichannel_operator_id, omnichannel_state, create_uid,
            create_date)
    SELECT thread_id, name, 'omnichannel', true, at, conversation_id, channel_id,
           CASE WHEN state != 'new' THEN served_by END, state, 1, at
      FROM bench_plan
    """,
    """
    INSERT INTO omnichannel_conversation
           (id, channel_id, company_id, network, identity_id, discuss_channel_id, session_id, name,
            chat_ref, state, operator_id, priority, began_at, last_message_at, waiting_since,
            create_uid, create_date)
    SELECT conversation_id, channel_id, %(company)s, 'vk', identity_id, thread_id, session_id, name,
           'bench' || n, state, CASE WHEN state != 'new' THEN served_by END, '0',
           at - interval '1 day', at, CASE WHEN state IN ('new', 'open') THEN at END, 1, at
      FROM bench_plan
    """,
    """
    INSERT INTO omnichannel_session
           (id, conversation_id, channel_id, company_id, operator_id, opened_at, taken_at,
            closed_at, outcome, create_uid, create_date)
    SELECT session_id, conversation_id, channel_id, %(company)s,
           CASE WHEN state != 'new' THEN served_by END, at - interval '1 day',
           CASE WHEN state != 'new' THEN at - interval '23 hours' END,
           CASE WHEN state IN ('done', 'spam') THEN at END,
           CASE WHEN state IN ('done', 'spam') THEN state END, 1, at
      FROM bench_plan
    """,
    """
    INSERT INTO omnichannel_session
           (conversation_id, channel_id, company_id, operator_id, opened_at, taken_at, closed_at,
            outcome, create_uid, create_date)
    SELECT conversation_id, channel_id, %(company)s, served_by, at - interval '9 days',
           at - interval '9 days', at - interval '8 days', 'done', 1, at - interval '9 days'
      FROM bench_plan WHERE n %% 5 = 0
    """,
    """
    INSERT INTO omnichannel_conversation_participant_rel
    SELECT conversation_id, served_by FROM bench_plan WHERE state = 'open'
    """,
    """
    INSERT INTO omnichannel_session_participant_rel
    SELECT session_id, served_by FROM bench_plan WHERE state != 'new'
    """,
    """
    CREATE TEMP TABLE bench_said AS
    SELECT nextval('mail_message_id_seq') AS id, thread_id, conversation_id, channel_id, guest_id,
           served_by, number, number %% 2 = 0 AS ours,
           at - (said - number) * interval '1 minute' AS at
      FROM bench_plan, generate_series(1, said) AS number
    """,
    """
    INSERT INTO mail_message
           (id, model, res_id, message_type, subtype_id, author_id, author_guest_id, body, date,
            message_id, create_uid, create_date)
    SELECT said.id, 'discuss.channel', thread_id, 'comment', %(subtype)s,
           CASE WHEN ours THEN partner_id END, CASE WHEN NOT ours THEN guest_id END,
           '<p>Message ' || number || ': do you have it in blue, and when could it be here?</p>',
           at, '<bench-' || said.id || '@example.com>', 1, at
      FROM bench_said AS said JOIN res_users ON res_users.id = served_by
    """,
    """
    INSERT INTO omnichannel_message
           (mail_message_id, conversation_id, channel_id, direction, network_ref, sequence, state,
            text, part, attempts, create_uid, create_date)
    SELECT id, conversation_id, channel_id, CASE WHEN ours THEN 'out' ELSE 'in' END, number::text,
           number, CASE WHEN ours THEN 'read' END, 'Message ' || number, 0, 1, 1, at
      FROM bench_said
    """,
    """
    INSERT INTO discuss_channel_member
           (channel_id, guest_id, new_message_separator, last_interest_dt, create_uid, create_date)
    SELECT thread_id, guest_id, 0, at, 1, at FROM bench_plan
    """,
    """
    INSERT INTO discuss_channel_member
           (channel_id, partner_id, new_message_separator, seen_message_id, last_interest_dt,
            create_uid, create_date)
    SELECT thread_id, partner_id, last_id, last_id - 1, at, 1, at
      FROM bench_plan
      JOIN res_users ON res_users.id = served_by
      JOIN (SELECT thread_id, max(id) AS last_id FROM bench_said GROUP BY thread_id) AS last
     USING (thread_id)
     WHERE state = 'open'
    """,
    "DROP TABLE bench_plan, bench_said",
)

TABLES = (
    "mail_guest",
    "omnichannel_identity",
    "discuss_channel",
    "discuss_channel_member",
    "omnichannel_conversation",
    "omnichannel_conversation_participant_rel",
    "omnichannel_session",
    "omnichannel_session_participant_rel",
    "mail_message",
    "omnichannel_message",
)


def fill(sql: Database, team: dict, begin: int, end: int, all_wait: bool = False) -> None:
    """There are conversations of these numbers, both included, and PostgreSQL knows its tables.

    :param team: the ids of channels, operator, colleagues, company and subtype
    :param all_wait: nobody has taken any of them
    """
    values = team | {
        "begin": begin,
        "end": end,
        "mine": MINE,
        "waiting": WAITING,
        "first": FIRST,
        "rare": RARE_NAME,
        "all_wait": all_wait,
        "messages": json.dumps(MESSAGES),
    }
    # The rows fit together, so the foreign keys need not be checked one by one.
    sql.rows("SET session_replication_role = replica")
    for statement in (PLAN, *FILL):
        sql.run(statement, values)
    sql.rows("SET session_replication_role = DEFAULT")
    for table in TABLES:
        sql.rows(f"VACUUM ANALYZE {table}")


def conversation(sql: Database, number: int) -> tuple[int, int]:
    """Return the ids of the conversation of this number, and of its thread."""
    [found] = sql.rows(
        "SELECT id, discuss_channel_id FROM omnichannel_conversation WHERE chat_ref = %s",
        f"bench{number}",
    )
    return found
