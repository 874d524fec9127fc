#!lua
-- Puts a message into a mailbox and announces it, in one atomic step.
--
-- KEYS  1 list  LIST, the oldest message at its right end
-- ARGV  1 channel of the mailbox
--       2 message
--       3 messages in the list from which on it is refused; 0 for none. A program that pushes by itself isn't bound by it
--
-- Returns the number of messages in the list, or 0 if it was refused.

-- A script that fails undoes nothing: what couldn't be announced must not be written either.
if not redis.acl_check_cmd('PUBLISH', ARGV[1], '') then
  return redis.error_reply('NOPERM this user may not publish on the channels of this server')
end

local most = tonumber(ARGV[3])
if most > 0 and redis.call('LLEN', KEYS[1]) >= most then return 0 end

local length = redis.call('LPUSH', KEYS[1], ARGV[2])
redis.call('PUBLISH', ARGV[1], '')
return length
