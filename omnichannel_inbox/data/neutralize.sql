-- A copy of the database talks to nobody: secrets go, channels are switched off, nothing waits.
-- Which database was the company's stays noted: to this one it says that it is another.
UPDATE omnichannel_channel
   SET access_token_sealed = NULL,
       signing_secret_sealed = NULL,
       confirmation_code = NULL,
       outside_email = NULL,
       notice_by_sms = FALSE,
       state = 'draft',
       active = FALSE;
-- Whoever is told of what happens on a channel is told by the original.
DELETE FROM omnichannel_channel_notice_rel;
-- What has come and is not worked off would be answered: by a bot, by e-mail.
UPDATE omnichannel_inbound
   SET state = 'ignored', error = 'neutralized', done_at = now() AT TIME ZONE 'UTC'
 WHERE state = 'received';
UPDATE omnichannel_message
   SET state = 'failed', failure_code = 'neutralized'
 WHERE direction = 'out' AND state IN ('waiting', 'sending');
UPDATE omnichannel_message
   SET change = NULL
 WHERE change IS NOT NULL;
UPDATE omnichannel_file
   SET state = 'failed', error = 'file_unavailable'
 WHERE state = 'waiting';
UPDATE omnichannel_identity
   SET profile_due_at = NULL;
DELETE FROM omnichannel_signal;
DELETE FROM omnichannel_timer;
