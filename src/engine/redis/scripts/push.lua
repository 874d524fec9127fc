#!lua
-- Puts a message into a mailbox and announces it, in one atomic step.
--
-- KEYS  1 list  LIST, the oldest message at its right end
-- ARGV  1 channel of the mailbox
--       2 message
--
-- Returns the number of messages in the list.

-- A script that fails undoes nothing: what couldn't be announced must not be written either.
if not redis.acl_check_cmd('PUBLISH', ARGV[1], '') then
  return redis.error_reply('NOPERM this user may not publish on the channels of this server')
end

local length = redis.call('LPUSH', KEYS[1], ARGV[2])
redis.call('PUBLISH', ARGV[1], '')
return length
