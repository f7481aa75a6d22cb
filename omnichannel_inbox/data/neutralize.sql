-- A copy of the database talks to nobody: secrets go, channels are switched off, nothing waits.
UPDATE omnichannel_channel
   SET access_token_sealed = NULL,
       signing_secret_sealed = NULL,
       confirmation_code = NULL,
       state = 'draft',
       active = FALSE;
UPDATE omnichannel_message
   SET state = 'failed', failure_code = 'neutralized'
 WHERE direction = 'out' AND state IN ('waiting', 'sending');
