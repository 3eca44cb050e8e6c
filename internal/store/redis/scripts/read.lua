-- KEYS: 4 journals, 5 journal. ARGV: 6 name of the journal, 7 first number, 8 how many.
local wrong = look()
if wrong then return wrong end
return {'OK', redis.call('HGET', KEYS[4], ARGV[6]) or '0-0',
  redis.call('XRANGE', KEYS[5], ARGV[7] .. '-0', '+', 'COUNT', ARGV[8])}
