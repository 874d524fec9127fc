#!lua flags=allow-oom
-- Deletes a key's log and announces that, in one atomic step; a key without a log is left alone.
--
-- KEYS  1 log   HASH
--       2 old   LIST
-- ARGV  1 channel of the key
--
-- Returns 1 if there was a log, else 0.

local known = redis.call('HMGET', KEYS[1], 'epoch', 'offset')
if not known[1] then return 0 end
if not string.match(known[2] or '', '^[1-9]%d*$') then
  return redis.error_reply('WRONGTYPE what is kept under the name of a log is none')
end
-- A script that fails undoes nothing: what couldn't be announced must not be written either.
if not redis.acl_check_cmd('PUBLISH', ARGV[1], '') then
  return redis.error_reply('NOPERM this user may not publish on the channels of this server')
end

redis.call('UNLINK', KEYS[1], KEYS[2])
redis.call('PUBLISH', ARGV[1], 'gone ' .. known[2] .. ' ' .. known[1])
return 1
