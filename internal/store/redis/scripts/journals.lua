-- KEYS: 4 journals. ARGV: 6 where to go on, 7 how many.
local wrong = look()
if wrong then return wrong end
local page = redis.call('HSCAN', KEYS[4], ARGV[6], 'COUNT', ARGV[7])
return {'OK', page[1], page[2]}
