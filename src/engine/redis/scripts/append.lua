#!lua
-- Appends entries to the logs of keys and announces each, in one atomic step an entry. What befalls one of them (a Redis
-- key of another type) is told of that one, and the others are as if it had not been there.
--
-- KEYS  of each entry, one after the other
--       log    HASH   epoch, offset, life, value, at; ancestor-epoch, ancestor-offset once there is one.
--                     at is "<ms>", or "<ms>+<ms>" where neither the log nor, so soon, its list expires: see `kept`
--       old    LIST   older entries, oldest first, each "<at ms>:<value>"; the newest of them has offset - 1
--       id     STRING "<sha1 of the value>:<offset>:<epoch>"; left out when there is no id
-- ARGV  1 epoch to take where an append begins one; random, unique to the call
--       2 entries that a log retains, the newest included
--       3 ms that entries older than the newest are retained
--       4 bytes up to which a value travels in the notice
--       5 ms that an id is remembered
--       6 1 if the caller waits until replicas have all of it, else 0
--       and of each entry, one after the other
--       channel of the key
--       ms until the log expires, 0 for never
--       1 with an id, 0 without
--       value
--       and at the end
--       run id of this Redis, which names its life where it doesn't tell its replication id
--
-- Returns of each entry, one after the other: its offset and its epoch; 0 and '' if the id was used before with another
-- value; an error and ''.

local candidate, history_size, history_ttl = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local notice_bytes, id_ttl, replicated = tonumber(ARGV[4]), ARGV[5], ARGV[6] == '1'
local call, format, match = redis.call, string.format, string.match

-- A Redis that was restarted or promoted may have lost entries that it had acknowledged, and so has another
-- replication id. Asked here, and not once a connection, all writers agree on it at every moment.
local info = redis.pcall('INFO', 'replication')
local life = type(info) == 'string' and match(info, 'master_replid:(%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x)') or ARGV[#ARGV]
local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local now_ms, now_us = format('%d', now), time[1] .. format('%06d', time[2])

-- Puts the entry that was the newest into `old` and lets go of what is beyond the history. `kept` is a moment not after
-- that of the oldest entry: as long as it is retained so are all, and need not be looked at. From then on the list lives for
-- twice the time that entries are retained, so that it need not be told at each append either. `false` where nothing is
-- known: the log or the list may expire.
-- Returns how many entries `old` holds and the new `kept`.
local function retain(old, entry, kept, ttl)
  local held = call('RPUSH', old, entry)
  -- A list that has just begun (evicted, or expired as it was when histories were shorter) has no expiry yet.
  if held == 1 then kept = false end
  if held >= history_size then
    call('LTRIM', old, 1 - history_size, -1)
    held = history_size - 1
  end
  if kept and ttl == 0 and kept + history_ttl > now then return held, kept end
  local oldest
  while held > 0 do
    oldest = tonumber(match(call('LINDEX', old, 0), '^%d+'))
    if oldest + history_ttl > now then break end
    call('LPOP', old)
    held = held - 1
  end
  if held == 0 then return 0, false end
  if ttl > 0 then
    call('PEXPIREAT', old, format('%d', now + math.min(ttl, history_ttl)))
    return held, false
  end
  call('PEXPIREAT', old, format('%d', oldest + 2 * history_ttl))
  return held, oldest
end

local function append(log, old, id, channel, ttl, value)
  local digest
  if id then
    digest = redis.sha1hex(value)
    local seen = call('GET', id)
    if seen then
      local before, offset, epoch = match(seen, '^(%x+):(%d+):(.*)$')
      if before ~= digest then return 0, '' end
      -- From Redis 7.2 on a WAIT is for what its own connection has written, and another one may have appended this.
      if replicated then call('SET', id, seen, 'KEEPTTL') end
      return tonumber(offset), epoch
    end
  end

  -- What fails undoes nothing: what couldn't be announced must not be written either.
  if not redis.acl_check_cmd('PUBLISH', channel, '') then
    return redis.error_reply('NOPERM this user may not publish on the channels of this server'), ''
  end

  local known = call('HMGET', log, 'epoch', 'offset', 'life', 'value', 'at', 'ancestor-epoch', 'ancestor-offset')
  local epoch, ancestor_epoch, ancestor_offset = known[1], known[6], known[7]
  local offset, held, lasting, at = 1, 0, false, now_ms
  if epoch then
    if not (known[4] and match(known[2] or '', '^[1-9]%d*$') and match(known[5] or '', '^%d')) then
      return redis.error_reply('WRONGTYPE what is kept under the name of a log is none'), ''
    end
    offset = tonumber(known[2]) + 1
    if known[3] ~= life then
      ancestor_epoch, ancestor_offset, epoch = epoch, known[2], candidate
    end
    local before, oldest = match(known[5], '^(%d+)%+?(%d*)')
    lasting = tonumber(oldest) or false
    if history_size > 1 then
      local kept
      held, kept = retain(old, before .. ':' .. known[4], lasting, ttl)
      if kept then at = now_ms .. '+' .. format('%d', kept) end
    else
      call('DEL', old)
    end
  else
    epoch = candidate
    -- The log can go without its list when Redis evicts.
    call('DEL', old)
  end

  local offset_text = format('%d', offset)
  if known[1] == epoch then
    call('HSET', log, 'offset', offset_text, 'value', value, 'at', at)
  elseif ancestor_epoch then
    call('HSET', log, 'epoch', epoch, 'offset', offset_text, 'life', life, 'value', value, 'at', at,
      'ancestor-epoch', ancestor_epoch, 'ancestor-offset', ancestor_offset)
  else
    call('HSET', log, 'epoch', epoch, 'offset', offset_text, 'life', life, 'value', value, 'at', at)
  end
  local expires_at = '0'
  if ttl > 0 then
    expires_at = format('%d', now + ttl)
    call('PEXPIREAT', log, expires_at)
  elseif not lasting then
    call('PERSIST', log)
  end
  if id then call('SET', id, digest .. ':' .. offset_text .. ':' .. epoch, 'PX', id_ttl) end

  -- entry <offset> <epoch> <first> <ancestor offset> <ancestor epoch or -> <expires at, ms> <accepted at, us> <1 with
  -- the value, 0 without it> <value>
  local head = 'entry ' .. offset_text .. ' ' .. epoch .. ' ' .. format('%d', offset - held) .. ' '
    .. (ancestor_offset or '0') .. ' ' .. (ancestor_epoch or '-') .. ' ' .. expires_at .. ' ' .. now_us
  call('PUBLISH', channel, #value > notice_bytes and head .. ' 0 ' or head .. ' 1 ' .. value)
  return offset, epoch
end

local replies, key = {}, 1
for first = 7, #ARGV - 1, 4 do
  local id = ARGV[first + 2] == '1' and KEYS[key + 2] or nil
  local done, offset, epoch =
    pcall(append, KEYS[key], KEYS[key + 1], id, ARGV[first], tonumber(ARGV[first + 1]), ARGV[first + 3])
  key = key + (id and 3 or 2)
  -- Redis 7.0 gives the text of an error here, which would be taken for a value.
  if not done and type(offset) == 'string' then offset = redis.error_reply(offset) end
  replies[#replies + 1] = offset
  replies[#replies + 1] = done and epoch or ''
end
return replies
