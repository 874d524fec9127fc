#!lua flags=no-writes
-- Reads a key's log.
--
-- KEYS  1 log   HASH
--       2 old   LIST, each "<at ms>:<value>"
-- ARGV  1 "1" with the older values, "0" without them
--       2 ms that entries older than the newest are retained: an append trims the list, until then they may lie there
--
-- Returns { epoch, offset, older entries retained, expires at (ms of Redis; -1 never), ancestor offset, ancestor epoch,
-- newest value, older entries as they are kept, oldest first … }, or {} if there is no log. The ancestor is 0 and ''
-- when there is none. WRONGTYPE where something else than a log stands under a name.

local function wrong_type()
  return redis.error_reply('WRONGTYPE what is kept under the name of a log is none')
end

local known = redis.call('HMGET', KEYS[1], 'epoch', 'offset', 'value', 'ancestor-epoch', 'ancestor-offset')
if not known[1] then return {} end
if not (known[3] and string.match(known[2] or '', '^[1-9]%d*$')) then return wrong_type() end
local time = redis.call('TIME')
local oldest = time[1] * 1000 + math.floor(time[2] / 1000) - tonumber(ARGV[2])

local held, past = redis.call('LLEN', KEYS[2]), 0
while past < held do
  local at = tonumber(string.match(redis.call('LINDEX', KEYS[2], past), '^%d+'))
  if not at then return wrong_type() end
  if at > oldest then break end
  past = past + 1
end

local reply = {
  known[1], tonumber(known[2]), held - past, redis.call('PEXPIRETIME', KEYS[1]),
  tonumber(known[5] or 0), known[4] or '', known[3],
}
if ARGV[1] == '1' then
  for _, entry in ipairs(redis.call('LRANGE', KEYS[2], past, -1)) do
    reply[#reply + 1] = entry
  end
end
return reply
