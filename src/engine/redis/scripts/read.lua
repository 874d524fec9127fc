#!lua flags=no-writes
-- Reads a key's log.
--
-- KEYS  1 log   HASH
--       2 old   LIST, each "<at ms>:<value>"
-- ARGV  1 "1" with the older values, "0" without them
--
-- Returns { epoch, offset, older entries held, expires at (ms of Redis; -1 never), ancestor offset, ancestor epoch,
-- newest value, older entries as they are held, oldest first … }, or {} if there is no log. The ancestor is 0 and ''
-- when there is none.

local known = redis.call('HMGET', KEYS[1], 'epoch', 'offset', 'value', 'ancestor-epoch', 'ancestor-offset')
if not known[1] then return {} end
local reply = {
  known[1], tonumber(known[2]), redis.call('LLEN', KEYS[2]), redis.call('PEXPIRETIME', KEYS[1]),
  tonumber(known[5] or 0), known[4] or '', known[3],
}
if ARGV[1] == '1' then
  for _, entry in ipairs(redis.call('LRANGE', KEYS[2], 0, -1)) do
    reply[#reply + 1] = entry
  end
end
return reply
