<?php
// A shop's round trips with the settings of a rendered env.php, which is the only thing that is known here of the stack: what
// Cm_Cache_Backend_Redis and Magento's session handler send through phpredis, before, while and after a master dies.
//
// ENV_PHP: the file. OLD_SHOP: the options of a rendered local.xml, as JSON: a name, and an option each.
// MASTERS: "POOL-PORT=PID ...", whom to kill.

const PREFIX_KEY = 'zc:k:';
const PREFIX_TAG = 'zc:ti:';
const TAGS = 'zc:tags';
const LIFETIME = 7200;

// As of the cache backend: keys that are declared are names of tags, real ones are made of arguments.
const SAVE = <<<'LUA'
    local old = redis.call('HGET', ARGV[1] .. ARGV[2], 't')
    redis.call('HMSET', ARGV[1] .. ARGV[2], 'd', ARGV[5], 't', ARGV[6], 'm', ARGV[7], 'i', 0)
    redis.call('EXPIRE', ARGV[1] .. ARGV[2], ARGV[8])
    if #KEYS > 0 then
        redis.call('SADD', ARGV[4], unpack(KEYS))
        for _, tag in ipairs(KEYS) do redis.call('SADD', ARGV[3] .. tag, ARGV[2]) end
    end
    return old or ''
    LUA;
const CLEAN = <<<'LUA'
    local sets = {}
    for i, tag in ipairs(KEYS) do sets[i] = ARGV[1] .. tag end
    local keys = {}
    for i, id in ipairs(redis.call('SUNION', unpack(sets))) do keys[i] = ARGV[2] .. id end
    if #keys > 0 then redis.call('UNLINK', unpack(keys)) end
    redis.call('UNLINK', unpack(sets))
    redis.call('SREM', ARGV[3], unpack(KEYS))
    return #keys
    LUA;

function equal(mixed $got, mixed $expected, string $what): void
{
    if ($got !== $expected) {
        throw new Exception("$what: expected " . show($expected) . ', got ' . show($got));
    }
}

function show(mixed $value): string
{
    return substr(json_encode($value, JSON_INVALID_UTF8_SUBSTITUTE), 0, 200);
}

/** As Credis does: connect, AUTH, SELECT when the database is not 0. Caches say `server` and `database`, sessions differ. */
function connect(array $options): Redis
{
    $client = new Redis();
    $client->connect(
        $options['server'] ?? $options['host'],
        (int) $options['port'],
        (float) $options['timeout'],
        null,
        0,
        (float) ($options['read_timeout'] ?? 0),
    );
    if (isset($options['password'])) {
        $client->auth(isset($options['username'])
            ? [$options['username'], $options['password']]
            : $options['password']);
    }
    $database = (int) ($options['database'] ?? $options['db']);
    if ($database !== 0) {
        equal($client->select($database), true, 'SELECT');
    }
    return $client;
}

/** Between two commands, so that none is under way whose outcome nobody could know. */
function kill_master(int $port): void
{
    preg_match("/(?:^| )$port=([0-9]+)/", getenv('MASTERS'), $found) ?: throw new Exception("no master of port $port");
    usleep(300_000); // what was acknowledged has to have reached a replica
    exec("kill -9 {$found[1]}", result_code: $code);
    equal($code, 0, 'kill');
}

/** The cache backend, with the options of one of its frontends. */
final class Cache
{
    public Redis $client;

    public function __construct(private array $options, private string $prefix)
    {
        $this->client = connect($options);
    }

    public function load(string $id): string|false
    {
        $data = $this->client->hGet(PREFIX_KEY . $this->prefix . $id, 'd');
        return is_string($data) && str_starts_with($data, "gz:") ? gzuncompress(substr($data, 3)) : $data;
    }

    public function save(string $id, string $data, array $tags): void
    {
        $id = $this->prefix . $id;
        if ($this->options['compress_data'] && strlen($data) > 2048) {
            $data = 'gz:' . gzcompress($data, 1);
        }
        if ($this->options['use_lua']) {
            $this->script(SAVE, $tags, [PREFIX_KEY, $id, PREFIX_TAG, TAGS, $data, implode(',', $tags), time(), LIFETIME]);
            return;
        }
        $this->client->hGet(PREFIX_KEY . $id, 't');
        $pipe = $this->client->pipeline();
        $pipe->hMSet(PREFIX_KEY . $id, ['d' => $data, 't' => implode(',', $tags), 'm' => time(), 'i' => 0]);
        $pipe->expire(PREFIX_KEY . $id, LIFETIME);
        $pipe->sAdd(TAGS, ...$tags);
        foreach ($tags as $tag) {
            $pipe->sAdd(PREFIX_TAG . $tag, $id);
        }
        equal(count($pipe->exec()), 3 + count($tags), 'replies to a save');
    }

    /** MATCHING_ANY_TAG: how many entries went. */
    public function clean(array $tags): int
    {
        if ($this->options['use_lua']) {
            return $this->script(CLEAN, $tags, [PREFIX_TAG, PREFIX_KEY, TAGS]);
        }
        $sets = array_map(fn (string $tag) => PREFIX_TAG . $tag, $tags);
        $ids = $this->client->sUnion(...$sets);
        $pipe = $this->client->pipeline();
        if ($ids) {
            $pipe->unlink(array_map(fn (string $id) => PREFIX_KEY . $id, $ids));
        }
        $pipe->unlink($sets);
        $pipe->sRem(TAGS, ...$tags);
        $pipe->exec();
        return count($ids);
    }

    /** EVALSHA, and EVAL where the script is not known, which is so after each change of the master. */
    private function script(string $lua, array $keys, array $arguments): mixed
    {
        $all = [...$keys, ...$arguments];
        $this->client->clearLastError();
        $reply = $this->client->evalSha(sha1($lua), $all, count($keys));
        if (str_starts_with((string) $this->client->getLastError(), 'NOSCRIPT')) {
            $this->client->clearLastError();
            $reply = $this->client->eval($lua, $all, count($keys));
        }
        equal($this->client->getLastError(), null, 'error of a script');
        return $reply;
    }
}

/** Magento's session handler: a session is held by whoever made its lock 1. */
final class Session
{
    private Redis $client;

    public function __construct(private array $options)
    {
        $this->client = connect($options);
    }

    /** Its data; null when somebody else holds it. */
    public function read(string $id, string $process): string|false|null
    {
        $this->client->select((int) $this->options['database']); // also for 0
        if ($this->client->hIncrBy($id, 'lock', 1) !== 1) {
            equal(is_string($this->client->hGet($id, 'pid')), true, 'a lock has a holder');
            return null;
        }
        $data = $this->client->hMGet($id, ['data', 'writes'])['data'];
        $this->client->pipeline()
            ->hMSet($id, ['pid' => $process, 'lock' => 1, 'req' => 'GET /'])
            ->expire($id, 21600)
            ->exec();
        return is_string($data) && str_starts_with($data, 'gz:') ? gzuncompress(substr($data, 3)) : $data;
    }

    /** False when somebody else holds it. */
    public function write(string $id, string $process, string $data): bool
    {
        if ($this->client->hGet($id, 'pid') !== $process) {
            return false;
        }
        if (strlen($data) >= (int) $this->options['compression_threshold']) {
            $data = 'gz:' . gzcompress($data, 1);
        }
        $replies = $this->client->pipeline()
            ->select((int) $this->options['database'])
            ->hMSet($id, ['data' => $data, 'lock' => 0])
            ->hIncrBy($id, 'writes', 1)
            ->expire($id, (int) $this->options['first_lifetime'])
            ->exec();
        equal([$replies[0], $replies[1], is_int($replies[2]), $replies[3]], [true, true, true, true], 'replies to a write');
        return true;
    }

    public function destroy(string $id): void
    {
        $this->client->pipeline()->select((int) $this->options['database'])->unlink($id)->exec();
        equal($this->client->exists($id), 0, 'EXISTS of a session that was destroyed');
    }
}

$environment = include getenv('ENV_PHP');
$checks = [];

$databases = [];
foreach ($environment['cache']['frontend'] as $name => $frontend) {
    $options = $frontend['backend_options'];
    $prefix = $frontend['id_prefix'];
    $databases[] = "{$options['server']}:{$options['port']}/{$options['database']}";
    $checks["$name: saved, loaded, cleaned by tag"] = function () use ($options, $prefix) {
        $cache = new Cache($options, $prefix);
        $large = str_repeat('<p>page</p>', 1000);
        equal($cache->load('none'), false, 'an entry that was never saved');
        $cache->save('layout', 'small', ['LAYOUT', 'CONFIG']);
        $cache->save('page', $large, ['BLOCK', 'CAT_P_1']);
        $cache->save('other', 'stays', ['CAT_P_2']);
        equal($cache->load('layout'), 'small', 'a small entry');
        equal($cache->load('page'), $large, 'a large entry');
        equal($cache->clean(['CAT_P_1', 'CONFIG']), 2, 'entries that were cleaned');
        equal([$cache->load('layout'), $cache->load('page')], [false, false], 'entries of cleaned tags');
        equal($cache->load('other'), 'stays', 'an entry of another tag');
    };
    $checks["$name: its database is its own, and a flush empties no other"] = function () use ($options, $prefix) {
        $cache = new Cache($options, $prefix);
        $other = connect(['database' => (int) $options['database'] + 1] + $options);
        equal($other->set('another', 'x'), true, 'SET');
        $cache->save('mine', 'x', ['T']);
        equal($other->exists(PREFIX_KEY . $prefix . 'mine'), 0, 'an entry in another database');
        equal($cache->client->flushDB(), true, 'FLUSHDB');
        equal($cache->load('mine'), false, 'an entry that was flushed');
        equal($other->get('another'), 'x', 'a key of another database');
    };
    $checks["$name: its master dies"] = function () use ($options, $prefix) {
        $cache = new Cache($options, $prefix);
        for ($i = 0; $i < 100; $i++) {
            $cache->save("before$i", "value $i", ['BEFORE', "ONE_$i"]);
        }
        kill_master((int) $options['port']);
        equal($cache->load('before0'), 'value 0', 'the first entry after the kill');
        for ($i = 0; $i < 100; $i++) {
            $cache->save("after$i", "value $i", ['AFTER']);
            equal($cache->load("after$i"), "value $i", 'an entry that was saved after the kill');
            equal($cache->load("before$i"), "value $i", 'an entry that was saved before the kill');
        }
        equal($cache->clean(['BEFORE']), 100, 'entries that were cleaned');
        equal((new Cache($options, $prefix))->load('before0'), false, 'a cleaned entry, asked by another request');
    };
}

$options = $environment['session']['redis'];
$checks['session: save handler'] = fn () => equal($environment['session']['save'], 'redis', 'save');
$checks['session: locked, read, written, destroyed'] = function () use ($options) {
    $session = new Session($options);
    $other = new Session($options);
    equal($session->read('sess_a', 'web1|1'), false, 'a new session');
    equal($other->read('sess_a', 'web2|1'), null, 'a session that another request holds');
    equal($other->write('sess_a', 'web2|1', 'stolen'), false, 'a write without the lock');
    equal($session->write('sess_a', 'web1|1', 'cart=1'), true, 'a write');
    equal($other->read('sess_a', 'web2|1'), 'cart=1', 'a session that was given back');
    $large = str_repeat('cart=2;', 1000);
    equal($other->write('sess_a', 'web2|1', $large), true, 'a large write');
    equal($session->read('sess_a', 'web1|2'), $large, 'a large session');
    $session->destroy('sess_a');
    equal($other->read('sess_a', 'web2|2'), false, 'a session that was destroyed');
    $other->destroy('sess_a');
};
$checks['session: its master dies'] = function () use ($options) {
    $session = new Session($options);
    for ($i = 0; $i < 50; $i++) {
        $session->read("sess_$i", 'web1|3');
        equal($session->write("sess_$i", 'web1|3', "cart=$i"), true, 'a write before the kill');
    }
    equal($session->read('sess_held', 'web1|3'), false, 'a session that is held while the master dies');
    kill_master((int) $options['port']);
    equal($session->write('sess_held', 'web1|3', 'cart=held'), true, 'the first write after the kill');
    equal((new Session($options))->read('sess_held', 'web2|3'), 'cart=held', 'a session that was written after the kill');
    for ($i = 0; $i < 50; $i++) {
        equal($session->read("sess_$i", 'web1|4'), "cart=$i", 'a session that was written before the kill');
        equal($session->write("sess_$i", 'web1|4', 'new'), true, 'a write after the kill');
    }
};

foreach (json_decode(getenv('OLD_SHOP'), true) as $name => $options) {
    $databases[] = ($options['server'] ?? $options['host']) . ":{$options['port']}/" . ($options['database'] ?? $options['db']);
    $checks["local.xml, $name: logs in, writes, reads"] = function () use ($options) {
        $client = connect($options);
        equal($client->set('old-shop', 'x', 60), true, 'SET');
        equal($client->get('old-shop'), 'x', 'GET');
        equal($client->unlink('old-shop'), 1, 'UNLINK');
    };
}
$checks['no two stores share a database'] = fn () => equal(array_unique($databases), $databases, 'databases');

$failed = 0;
foreach ($checks as $name => $check) {
    $start = microtime(true);
    try {
        $check();
        printf("ok      %s (%d ms)\n", $name, (microtime(true) - $start) * 1000);
    } catch (Throwable $error) {
        $failed++;
        printf("FAILED  %s (%d ms): %s\n", $name, (microtime(true) - $start) * 1000, $error->getMessage());
    }
}
echo "end\n";
exit($failed ? 1 : 0);
