-- KEYS: 4 catalogue, 5 names. ARGV: 6 name.
local wrong = look()
if wrong then return wrong end
local lost = redis.call('ZSCORE', KEYS[5], ARGV[6]) and 1 or 0
return {'OK', redis.call('HGET', KEYS[4], ARGV[6]), lost}
