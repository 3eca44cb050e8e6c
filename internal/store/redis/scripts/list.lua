-- KEYS: 4 catalogue, 5 names. ARGV: 6 and 7 bounds of the names, 8 how many.
local wrong = look()
if wrong then return wrong end
local names = redis.call('ZRANGE', KEYS[5], ARGV[6], ARGV[7], 'BYLEX', 'LIMIT', 0, ARGV[8])
if #names == 0 then return {'OK', names, names} end
return {'OK', names, redis.call('HMGET', KEYS[4], unpack(names))}
