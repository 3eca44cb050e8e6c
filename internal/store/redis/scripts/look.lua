-- What every script begins with: is this the store that was opened, and does it
-- still have the newest of what this node was shown?
--
-- KEYS: 1 store, 2 order, 3 changes.
-- ARGV: 1 identity; 2 and 3 the newest record seen: mark and reference;
-- 4 and 5 the newest change seen: revision and note.
--
-- A mark that is too low: a replica took over that lacks records, or a disk came
-- back older. Another reference at the mark: others have been written there since.
-- None: it was purged.
local function look()
  local s = redis.call('HMGET', KEYS[1], 'store', 'mark', 'revision')
  if s[1] ~= ARGV[1] then return {'REPLACED'} end
  for i = 2, 3 do
    local at, text = ARGV[2*i-2], ARGV[2*i-1]
    if tonumber(s[i]) < tonumber(at) then return {'BEHIND', s[i], at} end
    if text ~= '' then
      local there = redis.call('XRANGE', KEYS[i], at .. '-0', at .. '-0')
      if there[1] and there[1][2][2] ~= text then return {'BEHIND', s[i], at} end
    end
  end
  return nil, s[2], s[3]
end

local function text(n) return string.format('%.0f', n) end
