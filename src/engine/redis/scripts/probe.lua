-- Sends a probe to its sender through pub/sub, and tells the time, whose data this is and what this Redis is.
--
-- No flags line on purpose: with one, Redis would refuse the whole script while it refuses writes, and a probe has to
-- pass then too.
--
-- KEYS  1 store epoch  STRING
-- ARGV  1 channel of the sender
--       2 number of the probe
--       3 store epoch to set if there is none; random, unique to the call
--
-- Returns { subscribers that were there to hear it, seconds, microseconds, role, store epoch }; the epoch is '' when
-- there was none and none could be set.

local epoch = redis.call('GET', KEYS[1])
if not epoch then
  epoch = redis.pcall('SET', KEYS[1], ARGV[3]).ok and ARGV[3] or ''
end
local info = redis.pcall('INFO', 'replication')
-- Who may not ask is refused when it connects: until then a master stays one.
local role = type(info) == 'string' and string.match(info, 'role:(%a+)') or 'master'
local time = redis.call('TIME')
local heard = redis.call('PUBLISH', ARGV[1], ARGV[2] .. ' ' .. time[1] .. string.format('%06d', time[2]))
return { heard, tonumber(time[1]), tonumber(time[2]), role, epoch }
