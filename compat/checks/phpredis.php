<?php
$port = (int) getenv('PORT');
$shards = (int) getenv('SHARDS');
// Keys that begin with these are on one shard each, on two different ones if the pool has several.
[$here, $there] = [getenv('HERE'), getenv('THERE')];

function connect(): Redis
{
    $client = new Redis();
    $client->connect('127.0.0.1', $GLOBALS['port'], 5);
    $client->setOption(Redis::OPT_READ_TIMEOUT, 5);
    return $client;
}

function show(mixed $value): string
{
    return substr(json_encode($value, JSON_INVALID_UTF8_SUBSTITUTE), 0, 200);
}

function equal(mixed $got, mixed $expected, string $what): void
{
    if ($got !== $expected) {
        throw new Exception("$what: expected " . show($expected) . ', got ' . show($got));
    }
}

/** Most errors phpredis answers with false, and keeps the text; some it throws. */
function fails_with(string $expected, Redis $client, callable $call): void
{
    $client->clearLastError();
    try {
        $got = $call();
        $got = $got === false ? (string) $client->getLastError() : 'reply ' . show($got);
    } catch (RedisException $error) {
        $got = $error->getMessage();
    }
    if (!str_starts_with($got, $expected)) {
        throw new Exception("expected an error that begins \"$expected\", got \"" . substr($got, 0, 200) . '"');
    }
}

/** Another client that acts until the reply is as expected, because here nothing happens while a call waits. */
function meanwhile(string $command, string $reply): void
{
    $again = "[ \"\$(redis-cli -p {$GLOBALS['port']} $command 2>&1)\" = '$reply' ]";
    exec("(for i in 1 2 3 4 5 6 7 8 9; do sleep 0.2; $again && break; done) >/dev/null 2>&1 &");
}

$checks = [
    'PING, SET, GET of any bytes' => function (Redis $client) {
        $value = implode('', array_map('chr', range(0, 255)));
        equal($client->ping('text'), 'text', 'PING');
        equal($client->set($value, $value), true, 'SET');
        equal(bin2hex($client->get($value)), bin2hex($value), 'GET');
    },
    'pipeline of 1,000' => function (Redis $client) use ($here) {
        $pipe = $client->pipeline();
        for ($i = 0; $i < 1000; $i++) {
            $pipe->incr($here . 'count');
        }
        equal($pipe->exec(), range(1, 1000), 'INCR');
    },
    'MULTI, EXEC' => function (Redis $client) use ($here) {
        $replies = $client->multi()->set($here . 'a', '1')->incr($here . 'a')->get($here . 'a')->exec();
        equal($replies, [true, 2, '2'], 'EXEC');
    },
    'DISCARD' => function (Redis $client) use ($here) {
        equal($client->multi()->set($here . 'd', '1')->discard(), true, 'DISCARD');
        equal($client->get($here . 'd'), false, 'GET');
    },
    'WATCH, and another client writes' => function (Redis $client) use ($here) {
        equal($client->watch($here . 'watched'), true, 'WATCH');
        connect()->set($here . 'watched', 'x');
        equal($client->multi()->set($here . 'watched', 'y')->exec(), false, 'EXEC');
        equal($client->get($here . 'watched'), 'x', 'GET');
    },
    'MULTI over shards' => function (Redis $client) use ($here, $there, $shards) {
        $queued = $client->multi()->set($here . 'm', '1');
        if ($shards === 1) {
            equal($queued->set($there . 'm', '2')->exec(), [true, true], 'EXEC');
            return;
        }
        fails_with('CROSSSLOT', $client, fn () => $queued->set($there . 'm', '2'));
        try {
            equal($client->exec(), false, 'EXEC');
        } catch (RedisException) { // after an error while queueing phpredis waits for more than comes
        }
        equal(connect()->mget([$here . 'm', $there . 'm']), [false, false], 'MGET');
    },
    'RENAME over shards' => function (Redis $client) use ($here, $there, $shards) {
        $client->set($here . 'from', 'x');
        if ($shards === 1) {
            equal($client->rename($here . 'from', $there . 'to'), true, 'RENAME');
        } else {
            fails_with('CROSSSLOT', $client, fn () => $client->rename($here . 'from', $there . 'to'));
        }
    },
    'SELECT' => function (Redis $client) {
        equal($client->pipeline()->select(1)->set('db', 'one')->get('db')->exec(), [true, true, 'one'], 'pipeline');
        equal(connect()->get('db'), false, 'GET in database 0');
        fails_with('ERR DB index is out of range', $client, fn () => $client->select(1000));
    },
    'SUBSCRIBE, PUBLISH' => function (Redis $client) {
        $heard = [];
        meanwhile('publish news first', '1');
        try {
            $client->subscribe(['news'], function (Redis $self, string $channel, string $message) use (&$heard) {
                $heard = [$channel, $message];
                $self->close(); // the only way out of the loop
            });
        } catch (RedisException $error) {
            equal($error->getMessage(), 'Connection closed', 'the end of SUBSCRIBE');
        }
        equal($heard, ['news', 'first'], 'message');
    },
    'BLPOP, and another client pushes' => function (Redis $client) use ($here) {
        meanwhile("rpush '{$here}list' x", '1');
        equal($client->blPop([$here . 'empty', $here . 'list'], 4), [$here . 'list', 'x'], 'BLPOP');
        equal($client->blPop([$here . 'empty'], 1), [], 'BLPOP that waits in vain');
    },
    'SCAN' => function (Redis $client) {
        for ($i = 0; $i < 500; $i++) {
            $client->set("scan:$i", '');
        }
        [$cursor, $keys] = [null, []];
        do {
            $some = $client->scan($cursor, 'scan:*', 50);
            $keys += array_flip($some ?: []);
        } while ($cursor != 0);
        equal(count($keys), 500, 'keys');
    },
    'EVAL, EVALSHA, SCRIPT LOAD' => function (Redis $client) use ($here) {
        fails_with('NOSCRIPT', $client, fn () => $client->evalSha(str_repeat('0', 40), [$here . 'k', 'v'], 1));
        $lua = "return {KEYS[1], ARGV[1], 'phpredis'}";
        equal($client->eval($lua, [$here . 'k', 'v'], 1), [$here . 'k', 'v', 'phpredis'], 'EVAL');
        $sha = $client->script('load', $lua);
        equal($client->evalSha($sha, [$here . 'k', 'v'], 1), [$here . 'k', 'v', 'phpredis'], 'EVALSHA');
    },
    'MSET, MGET, DEL over shards' => function (Redis $client) {
        $keys = array_map(fn (int $i) => "many:$i", range(1, 100));
        equal($client->mset(array_combine($keys, $keys)), true, 'MSET');
        equal($client->mget([...$keys, 'none']), [...$keys, false], 'MGET');
        equal($client->del($keys), 100, 'DEL');
    },
    'HGETALL, ZSCORE' => function (Redis $client) {
        $client->hMSet('hash', ['a' => '1', 'b' => '2']);
        equal($client->hGetAll('hash'), ['a' => '1', 'b' => '2'], 'HGETALL');
        $client->zAdd('zset', 1.5, 'm');
        equal($client->zScore('zset', 'm'), 1.5, 'ZSCORE');
    },
    'value of 5 MB' => function (Redis $client) {
        $value = random_bytes(5 << 20);
        equal($client->set('large', $value), true, 'SET');
        equal(md5($client->get('large')), md5($value), 'GET');
    },
    'a persistent connection, used again' => function () {
        for ($i = 0; $i < 2; $i++) { // the second time phpredis sends ECHO to see whether the connection lives
            $client = new Redis();
            $client->pconnect('127.0.0.1', $GLOBALS['port'], 5, 'compat');
            equal($client->set('persistent', 'x'), true, 'SET');
            unset($client);
        }
    },
    'errors' => function (Redis $client) {
        $client->set('string', 'x');
        fails_with('WRONGTYPE Operation against a key', $client, fn () => $client->lPush('string', 'x'));
        fails_with("ERR unknown command 'NOSUCH'", $client, fn () => $client->rawCommand('NOSUCH'));
        fails_with("ERR wrong number of arguments for 'get' command", $client, fn () => $client->rawCommand('GET'));
    },
];

$failed = 0;
foreach ($checks as $name => $check) {
    try {
        $check(connect());
        echo "ok      $name\n";
    } catch (Throwable $error) {
        $failed++;
        echo "FAILED  $name: {$error->getMessage()}\n";
    }
}
echo "end\n";
exit($failed ? 1 : 0);
