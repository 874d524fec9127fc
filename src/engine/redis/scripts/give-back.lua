#!lua flags=allow-oom
-- Puts messages that could not be handed over back, so that they are the next to come out, and announces them. Allowed
-- when memory is short: they were here a moment ago, and refused they would be lost.
--
-- KEYS  1 list  LIST, the oldest message at its right end
-- ARGV  1 channel of the mailbox
--       2 … messages, oldest first
--
-- Returns the number of messages in the list.

local length = 0
for i = #ARGV, 2, -1 do
  length = redis.call('RPUSH', KEYS[1], ARGV[i])
end
redis.call('PUBLISH', ARGV[1], '')
return length
