-- A copy of the database talks to nobody: secrets go, channels are switched off, nothing waits.
-- Which database was the company's stays noted: to this one it says that it is another.
UPDATE omnichannel_channel
   SET access_token_sealed = NULL,
       signing_secret_sealed = NULL,
       confirmation_code = NULL,
       state = 'draft',
       active = FALSE;
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
