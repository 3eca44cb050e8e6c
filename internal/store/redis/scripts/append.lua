-- KEYS: 4 journals, 5 journal.
-- ARGV: 6 name of the journal, 7 the end it must have, 8 number, 9 data, 10 reference.
-- Nothing is written before all that can be refused has been looked at.
local wrong, mark = look()
if wrong then return wrong end
local there = redis.call('HGET', KEYS[4], ARGV[6]) or '0-0'
if there ~= ARGV[7] then return {'CONFLICT', there} end
local last = redis.call('XREVRANGE', KEYS[5], '+', '-', 'COUNT', 1)
if (last[1] and last[1][1] or '0-0') ~= there then return {'DAMAGED', 'its journal does not end with ' .. there} end
if redis.call('TYPE', KEYS[2]).ok ~= 'stream' then return {'DAMAGED', 'the order of the records is gone'} end
mark = text(redis.call('HINCRBY', KEYS[1], 'mark', 1))
local id = ARGV[8] .. '-' .. mark
redis.call('XADD', KEYS[5], id, 'd', ARGV[9])
redis.call('XADD', KEYS[2], mark .. '-0', 'r', ARGV[10])
redis.call('HSET', KEYS[4], ARGV[6], id)
redis.call('HINCRBY', KEYS[1], 'bytes', #ARGV[9])
return {'OK', mark}
