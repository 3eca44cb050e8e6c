-- KEYS: 4 journals, 5 journal. ARGV: 6 name of the journal.
local wrong = look()
if wrong then return wrong end
local from, bytes = '-', 0
repeat
  local page = redis.call('XRANGE', KEYS[5], from, '+', 'COUNT', 100)
  local marks = {}
  for _, r in ipairs(page) do
    marks[#marks+1] = string.match(r[1], '%-(%d+)$') .. '-0'
    bytes = bytes + #r[2][2]
    from = '(' .. r[1]
  end
  if #marks > 0 then redis.call('XDEL', KEYS[2], unpack(marks)) end
until #page == 0
redis.call('HDEL', KEYS[4], ARGV[6])
redis.call('UNLINK', KEYS[5])
if bytes > 0 then redis.call('HINCRBY', KEYS[1], 'bytes', -bytes) end -- Lua has a -0
return {'OK'}
