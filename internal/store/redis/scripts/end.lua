-- Where the store stands, and what it has there: reference and note, by which it is
-- known again ('': purged).
local wrong, mark, revision = look()
if wrong then return wrong end
local function newest(key, at)
  local there = redis.call('XRANGE', key, at .. '-0', at .. '-0')
  return there[1] and there[1][2][2] or ''
end
return {'OK', mark, revision, redis.call('HGET', KEYS[1], 'bytes'), newest(KEYS[2], mark), newest(KEYS[3], revision)}
