#!lua flags=allow-oom
-- Gives out the one message of a mailbox that is in flight until it is acknowledged.
--
-- The right acknowledgement drops it and takes the next. Any other gets it again and renews its lease, except that a
-- parked poll waits for the lease of another to end.
--
-- KEYS  1 list    LIST, the oldest message at its right end
--       2 flight  HASH  id, value, until (ms)
-- ARGV  1 acknowledgement, may be empty
--       2 "1" if the poll is parked, else "0"
--       3 id to give to a message that is taken now; random, unique to the call
--       4 lease, ms
--
-- Returns { ms that another's lease still runs (0 for none), id, message }, the last two only if there is a message.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lease_end = string.format('%d', now + tonumber(ARGV[4]))

local flight = redis.call('HMGET', KEYS[2], 'id', 'value', 'until')
if flight[1] and flight[1] ~= ARGV[1] then
  local left = tonumber(flight[3]) - now
  if ARGV[2] == '1' and left > 0 then return { left } end
  redis.call('HSET', KEYS[2], 'until', lease_end)
  return { 0, flight[1], flight[2] }
end

local message = redis.call('RPOP', KEYS[1])
if message then
  redis.call('HSET', KEYS[2], 'id', ARGV[3], 'value', message, 'until', lease_end)
  return { 0, ARGV[3], message }
end
if flight[1] then redis.call('DEL', KEYS[2]) end
return { 0 }
