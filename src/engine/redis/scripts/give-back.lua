#!lua flags=allow-oom
-- Puts messages that could not be handed over back, so that they are the next to come out, and announces them. Allowed
-- when memory is short: they were here a moment ago, and refused they would be lost.
--
-- KEYS  1 list  LIST, the oldest message at its right end
-- ARGV  1 channel of the mailbox
--       2 … messages, oldest first
--
-- Returns the number of messages in the list.

-- A script that fails undoes nothing: what couldn't be announced must not be written either.
if not redis.acl_check_cmd('PUBLISH', ARGV[1], '') then
  return redis.error_reply('NOPERM this user may not publish on the channels of this server')
end

local length = 0
for i = #ARGV, 2, -1 do
  length = redis.call('RPUSH', KEYS[1], ARGV[i])
end
redis.call('PUBLISH', ARGV[1], '')
return length
