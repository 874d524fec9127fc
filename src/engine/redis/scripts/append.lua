#!lua
-- Appends an entry to a key's log and announces it, in one atomic step.
--
-- KEYS  1 log    HASH   epoch, offset, life, value, at (ms); ancestor-epoch, ancestor-offset once there is one
--       2 old    LIST   older entries, oldest first, each "<at ms>:<value>"; the newest of them has offset - 1
--       3 id     STRING "<sha1 of the value>:<offset>:<epoch>"; the log's name again when there is no id
-- ARGV  1 value
--       2 channel of the key
--       3 epoch to take if this append begins one; random, unique to the call
--       4 ms until the log expires, 0 for never
--       5 entries that a log retains, the newest included
--       6 ms that entries older than the newest are retained
--       7 ms that an id is remembered, 0 when there is no id
--       8 bytes up to which a value travels in the notice
--       9 run id of this Redis, which names its life where it doesn't tell its replication id
--
-- Returns { offset, epoch }, or {} if the id was used before with another value.

local log, old, id = KEYS[1], KEYS[2], KEYS[3]
local value, channel, candidate = ARGV[1], ARGV[2], ARGV[3]
local ttl, history_size, history_ttl = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local id_ttl, notice_bytes = tonumber(ARGV[7]), tonumber(ARGV[8])

local digest
if id_ttl > 0 then
  digest = redis.sha1hex(value)
  local seen = redis.call('GET', id)
  if seen then
    local before, offset, epoch = string.match(seen, '^(%x+):(%d+):(.*)$')
    if before ~= digest then return {} end
    return { tonumber(offset), epoch }
  end
end

-- A script that fails undoes nothing: what couldn't be announced must not be written either.
if not redis.acl_check_cmd('PUBLISH', channel, '') then
  return redis.error_reply('NOPERM this user may not publish on the channels of this server')
end

-- A Redis that was restarted or promoted may have lost entries that it had acknowledged, and so has another
-- replication id. Asked here, and not once a connection, all writers agree on it at every moment.
local info = redis.pcall('INFO', 'replication')
local life = type(info) == 'string'
    and string.match(info, 'master_replid:(%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x)')
  or ARGV[9]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local known = redis.call('HMGET', log, 'epoch', 'offset', 'life', 'value', 'at', 'ancestor-epoch', 'ancestor-offset')
local epoch, last, ancestor_epoch, ancestor_offset = known[1], tonumber(known[2] or 0), known[6], known[7]
local offset = last + 1

local held = 0
if not epoch then
  epoch = candidate
  -- The log can go without its list when Redis evicts.
  redis.call('DEL', old)
else
  if known[3] ~= life then
    ancestor_epoch, ancestor_offset, epoch = epoch, string.format('%d', last), candidate
  end
  if history_size > 1 then
    held = redis.call('RPUSH', old, known[5] .. ':' .. known[4])
    if held > history_size - 1 then
      redis.call('LTRIM', old, 1 - history_size, -1)
      held = history_size - 1
    end
    while held > 0 do
      local at = tonumber(string.match(redis.call('LINDEX', old, 0), '^%d+'))
      if at + history_ttl > now then break end
      redis.call('LPOP', old)
      held = held - 1
    end
  else
    redis.call('DEL', old)
  end
end

local at, offset_text = string.format('%d', now), string.format('%d', offset)
if ancestor_epoch then
  redis.call('HSET', log, 'epoch', epoch, 'offset', offset_text, 'life', life, 'value', value, 'at', at,
    'ancestor-epoch', ancestor_epoch, 'ancestor-offset', ancestor_offset)
else
  redis.call('HSET', log, 'epoch', epoch, 'offset', offset_text, 'life', life, 'value', value, 'at', at)
end

local expires_at = '0'
if ttl > 0 then
  expires_at = string.format('%d', now + ttl)
  redis.call('PEXPIREAT', log, expires_at)
else
  redis.call('PERSIST', log)
end
if held > 0 then
  local old_ttl = history_ttl
  if ttl > 0 and ttl < history_ttl then old_ttl = ttl end
  redis.call('PEXPIREAT', old, string.format('%d', now + old_ttl))
end
if id_ttl > 0 then
  redis.call('SET', id, digest .. ':' .. offset_text .. ':' .. epoch, 'PX', ARGV[7])
end

-- entry <offset> <epoch> <first> <ancestor offset> <ancestor epoch or -> <expires at, ms> <accepted at, us> <1 with
-- the value, 0 without it> <value>
local head = table.concat({
  'entry', offset_text, epoch, string.format('%d', offset - held), ancestor_offset or '0', ancestor_epoch or '-',
  expires_at, time[1] .. string.format('%06d', time[2]),
}, ' ')
if #value > notice_bytes then
  redis.call('PUBLISH', channel, head .. ' 0 ')
else
  redis.call('PUBLISH', channel, head .. ' 1 ' .. value)
end
return { offset, epoch }
