-- KEYS: from 4 on, the journal of each record. ARGV: from 6 on, its place there:
-- number-mark. Gives the data of each; false: it was purged; 0: it is lost.
local wrong = look()
if wrong then return wrong end
local all = {}
for i = 4, #KEYS do
  local id = ARGV[i+2]
  local r = redis.call('XRANGE', KEYS[i], id, id)
  if r[1] then
    all[#all+1] = r[1][2][2]
  else
    local at = string.match(id, '%-(%d+)$') .. '-0'
    all[#all+1] = redis.call('XRANGE', KEYS[2], at, at)[1] and 0 or false
  end
end
return {'OK', all}
