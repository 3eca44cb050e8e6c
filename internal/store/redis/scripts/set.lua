-- KEYS: 4 catalogue, 5 names, 6 changed, 7 deleted.
-- ARGV: 6 name, 7 the revision it must have, 8 note, 9 how many deletions and
-- 10 how many changes are kept, 11 value: without it the entry is deleted.
local wrong = look()
if wrong then return wrong end
local old = redis.call('HGET', KEYS[4], ARGV[6])
local revision = old and string.match(old, '^(%d+) ') or '0'
local lost = not old and redis.call('ZSCORE', KEYS[5], ARGV[6])
if revision ~= ARGV[7] then return {'CONFLICT', revision} end
if not ARGV[11] and not old and not lost then return {'CONFLICT', revision} end
for i, t in ipairs({'stream', 'hash', 'zset', 'zset', 'zset'}) do
  local is = redis.call('TYPE', KEYS[i+2]).ok
  if is ~= t and is ~= 'none' then return {'DAMAGED', 'a key is of type ' .. is .. ', expected ' .. t} end
end
local bytes = old and #revision + 1 - #old or 0
revision = text(redis.call('HINCRBY', KEYS[1], 'revision', 1))
if ARGV[11] then
  redis.call('HSET', KEYS[4], ARGV[6], revision .. ' ' .. ARGV[11])
  redis.call('ZADD', KEYS[5], 0, ARGV[6])
  redis.call('ZREM', KEYS[7], ARGV[6])
  bytes = bytes + #ARGV[11]
else
  redis.call('HDEL', KEYS[4], ARGV[6])
  redis.call('ZREM', KEYS[5], ARGV[6])
  redis.call('ZADD', KEYS[7], revision, ARGV[6])
end
redis.call('ZADD', KEYS[6], revision, ARGV[6])
local many = redis.call('ZCARD', KEYS[7]) - tonumber(ARGV[9])
if many > 0 then -- who watches and is further behind is told so
  local old = redis.call('ZPOPMIN', KEYS[7], many)
  for i = 1, #old, 2 do
    redis.call('ZREM', KEYS[6], old[i])
    redis.call('HSET', KEYS[1], 'forgotten', text(tonumber(old[i+1])))
  end
end
redis.call('XADD', KEYS[3], 'MAXLEN', '=', ARGV[10], revision .. '-0', 'c', ARGV[8])
redis.call('HINCRBY', KEYS[1], 'bytes', bytes)
return {'OK', revision}
