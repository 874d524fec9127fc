#!lua flags=allow-oom
-- Takes messages out of a mailbox for good, the one in flight first. A parked poll waits for the lease of another to
-- end: what stands behind the message in flight would overtake it.
--
-- KEYS  1 list    LIST, the oldest message at its right end
--       2 flight  HASH  id, value, until (ms)
-- ARGV  1 messages wanted, 1 or more
--       2 "1" if the poll is parked, else "0"
--       3 ms of Redis' clock after which the caller does not wait any more; "inf" if it can't tell
--
-- Returns { ms that the lease still runs (0 when nothing is in flight), messages, oldest first … }, or { -1 } if it is
-- too late: what came out now would be in nobody's hands.

local count = tonumber(ARGV[1])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[3] ~= 'inf' and now > tonumber(ARGV[3]) then return { -1 } end
local reply = { 0 }
local flight = redis.call('HMGET', KEYS[2], 'value', 'until')
if flight[1] then
  local left = tonumber(flight[2]) - now
  if ARGV[2] == '1' and left > 0 then return { left } end
  reply[2] = flight[1]
  count = count - 1
end
-- First what may fail (something else may stand under the list's name): a script that fails undoes nothing.
if count > 0 then
  for _, message in ipairs(redis.call('RPOP', KEYS[1], count) or {}) do
    reply[#reply + 1] = message
  end
end
if flight[1] then redis.call('DEL', KEYS[2]) end
return reply
