local wrong, mark, revision = look()
if wrong then return wrong end
return {'OK', mark, revision, redis.call('HGET', KEYS[1], 'bytes')}
