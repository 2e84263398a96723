#!/bin/sh
# Stack shop: written by `cobnut render` from stack.yml; change it there.
# Run it in the shop's folder. It cannot set read_timeout, connect_retries and use_lua: those are in env.php.
# sess: the password belongs here; it could not be read when this was written: env:SESSION_PASSWORD
bin/magento setup:config:set --no-interaction \
    --cache-backend=redis \
    --cache-backend-redis-server=10.0.0.100 \
    --cache-backend-redis-port=6379 \
    --cache-backend-redis-db=0 \
    --cache-backend-redis-password='it'\''s <top> \secret' \
    --page-cache=redis \
    --page-cache-redis-server=10.0.0.100 \
    --page-cache-redis-port=6380 \
    --page-cache-redis-db=0 \
    --page-cache-redis-password='it'\''s <top> \secret' \
    --session-save=redis \
    --session-save-redis-host=10.0.0.100 \
    --session-save-redis-port=6381 \
    --session-save-redis-db=0 \
    --session-save-redis-password=PASSWORD
