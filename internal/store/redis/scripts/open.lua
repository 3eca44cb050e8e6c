-- KEYS: 1 store, 2 order (of the identity that is offered).
-- ARGV: 1 format, 2 the identity that it gets if it is new.
local t = redis.call('TYPE', KEYS[1]).ok
if t == 'none' then
  redis.call('HSET', KEYS[1], 'format', ARGV[1], 'store', ARGV[2], 'mark', 0, 'revision', 0, 'bytes', 0, 'forgotten', 0)
  -- The order is there from the beginning, so that its absence says something.
  redis.call('XADD', KEYS[2], '0-1', 'r', '')
  redis.call('XDEL', KEYS[2], '0-1')
  return {'OK', ARGV[2]}
end
if t ~= 'hash' then return {'TYPE', t} end
local s = redis.call('HMGET', KEYS[1], 'format', 'store', 'mark', 'revision')
if not (s[1] and s[2] and s[3] and s[4]) then return {'TYPE', t} end
if s[1] ~= ARGV[1] then return {'FORMAT', s[1]} end
return {'OK', s[2]}
