-- KEYS: 4 journals, from 5 on some of them. ARGV: from 6 on, the name of each.
-- Gives of each the end that it has to have, and how many records it has.
local wrong = look()
if wrong then return wrong end
local all = {}
for i = 5, #KEYS do
  all[#all+1] = redis.call('HGET', KEYS[4], ARGV[i+1]) or '0-0'
  all[#all+1] = redis.call('XLEN', KEYS[i])
end
return {'OK', all}
