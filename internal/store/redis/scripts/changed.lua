-- KEYS: 4 catalogue, 5 names, 6 changed. ARGV: 6 the revision seen, 7 how many.
-- Gives the entries whose newest change is behind that: name, revision, value;
-- value false: it is deleted; 0: it is lost.
local wrong, _, revision = look()
if wrong then return wrong end
local page = redis.call('ZRANGE', KEYS[6], '(' .. ARGV[6], '+inf', 'BYSCORE', 'LIMIT', 0, ARGV[7], 'WITHSCORES')
local all = {}
for i = 1, #page, 2 do
  local value = redis.call('HGET', KEYS[4], page[i])
  if not value and redis.call('ZSCORE', KEYS[5], page[i]) then value = 0 end
  all[#all+1] = page[i]
  all[#all+1] = text(tonumber(page[i+1]))
  all[#all+1] = value
end
return {'OK', revision, redis.call('HGET', KEYS[1], 'forgotten'), all}
