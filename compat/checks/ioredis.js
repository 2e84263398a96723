const Redis = require('ioredis');
const { assert, equal, failsWith, here, port, protocol, run, shards, there } = require('./checks.js');

const allBytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));

async function connect() {
    const client = new Redis({ host: '127.0.0.1', port, protocol, retryStrategy: null, lazyConnect: true,
        ...(protocol === 3 && { replyMapping: 'resp3' }) });
    client.on('error', () => {}); // what fails says so itself
    await client.connect();
    return client;
}

const checks = {
    'PING, SET, GET of any bytes': async (client) => {
        equal(await client.ping(), 'PONG', 'PING');
        equal(await client.set(allBytes, allBytes), 'OK', 'SET');
        equal([...(await client.getBuffer(allBytes))], [...allBytes], 'GET');
    },
    'pipeline of 1,000': async (client) => {
        const pipeline = client.pipeline();
        for (let i = 0; i < 1000; i++) pipeline.incr(here + 'count');
        equal(await pipeline.exec(), Array.from({ length: 1000 }, (_, i) => [null, i + 1]), 'INCR');
    },
    'MULTI, EXEC': async (client) => {
        const replies = await client.multi().set(here + 'a', '1').incr(here + 'a').get(here + 'a').exec();
        equal(replies, [[null, 'OK'], [null, 2], [null, '2']], 'EXEC');
        await client.multi({ pipeline: false });
        equal(await client.get(here + 'a'), 'QUEUED', 'GET');
        equal(await client.exec(), [[null, '2']], 'EXEC');
    },
    'WATCH, and another client writes': async (client, another) => {
        await client.watch(here + 'watched');
        await (await another()).set(here + 'watched', 'x');
        equal(await client.multi().set(here + 'watched', 'y').exec(), null, 'EXEC');
        equal(await client.get(here + 'watched'), 'x', 'GET');
    },
    'MULTI over shards': async (client) => {
        const exec = client.multi().set(here + 'm', '1').set(there + 'm', '2').exec();
        if (shards === 1) {
            equal(await exec, [[null, 'OK'], [null, 'OK']], 'EXEC');
            return;
        }
        await failsWith('EXECABORT', exec);
        equal(await client.get(here + 'm'), null, 'GET');
        equal(await client.get(there + 'm'), null, 'GET');
    },
    'RENAME over shards': async (client) => {
        await client.set(here + 'from', 'x');
        const rename = client.rename(here + 'from', there + 'to');
        if (shards === 1) equal(await rename, 'OK', 'RENAME');
        else await failsWith('CROSSSLOT', rename);
    },
    'SELECT': async (client, another) => {
        const other = await another();
        const replies = await client.pipeline().select(1).set('db', 'one').get('db').exec();
        equal(replies, [[null, 'OK'], [null, 'OK'], [null, 'one']], 'SELECT, SET, GET');
        equal(await other.get('db'), null, 'GET in database 0');
        await failsWith('ERR DB index is out of range', client.select(1000));
        equal(await client.get('db'), 'one', 'GET after a SELECT that failed');
    },
    'SUBSCRIBE, PSUBSCRIBE, PUBLISH': async (client, another) => {
        const other = await another();
        const heard = [];
        let last;
        const all = new Promise((resolve) => { last = resolve; });
        const listener = (...words) => heard.push(words.join(' ')) === 3 && last();
        client.on('message', listener);
        client.on('pmessage', listener);
        equal(await client.subscribe('news'), 1, 'SUBSCRIBE');
        equal(await client.psubscribe('ne*'), 2, 'PSUBSCRIBE');
        equal(await other.publish('news', 'first'), 2, 'PUBLISH');
        equal(await other.publish('nets', 'second'), 1, 'PUBLISH');
        await all;
        equal(heard, ['news first', 'ne* news first', 'ne* nets second'], 'messages');
        equal(await client.unsubscribe('news'), 1, 'UNSUBSCRIBE');
        equal(await client.punsubscribe('ne*'), 0, 'PUNSUBSCRIBE');
        equal(await client.set('after', 'x'), 'OK', 'SET after the last UNSUBSCRIBE');
    },
    'BLPOP, and another client pushes': async (client, another) => {
        const other = await another();
        const popped = client.blpop(here + 'empty', here + 'list', 4);
        setTimeout(() => other.rpush(here + 'list', 'x'), 100);
        equal(await popped, [here + 'list', 'x'], 'BLPOP');
        equal(await client.blpop(here + 'empty', 0.1), null, 'BLPOP that waits in vain');
    },
    'SCAN': async (client) => {
        await Promise.all(Array.from({ length: 500 }, (_, i) => client.set(`scan:${i}`, '')));
        const keys = new Set();
        for await (const some of client.scanStream({ match: 'scan:*', count: 50 })) some.forEach((k) => keys.add(k));
        equal(keys.size, 500, 'keys');
    },
    'EVAL, EVALSHA, a script defined': async (client) => {
        const lua = `return {KEYS[1], ARGV[1], 'ioredis ${protocol}'}`;
        await failsWith('NOSCRIPT', client.evalsha('0'.repeat(40), 1, here + 'k', 'v'));
        client.defineCommand('defined', { numberOfKeys: 1, lua }); // EVALSHA, and EVAL after a NOSCRIPT
        equal(await client.defined(here + 'k', 'v'), [here + 'k', 'v', `ioredis ${protocol}`], 'EVALSHA, EVAL');
        equal(await client.defined(here + 'k', 'w'), [here + 'k', 'w', `ioredis ${protocol}`], 'EVALSHA');
    },
    'MSET, MGET, DEL over shards': async (client) => {
        const keys = Array.from({ length: 100 }, (_, i) => `many:${i}`);
        equal(await client.mset(keys.flatMap((key) => [key, key])), 'OK', 'MSET');
        equal(await client.mget([...keys, 'none']), [...keys, null], 'MGET');
        equal(await client.del(keys), 100, 'DEL');
    },
    'HGETALL, ZSCORE': async (client) => {
        await client.hset('hash', { a: '1', b: '2' });
        equal({ ...(await client.hgetall('hash')) }, { a: '1', b: '2' }, 'HGETALL');
        await client.zadd('zset', 1.5, 'm');
        equal(await client.zscore('zset', 'm'), protocol === 3 ? 1.5 : '1.5', 'ZSCORE');
    },
    'value of 5 MB': async (client) => {
        const value = 'x'.repeat(5 << 20);
        equal(await client.set('large', value), 'OK', 'SET');
        assert(await client.get('large') === value, 'expected the same 5 MB');
    },
    'errors': async (client) => {
        await client.set('string', 'x');
        await failsWith('WRONGTYPE Operation against a key', client.lpush('string', 'x'));
        await failsWith("ERR unknown command 'NOSUCH'", client.call('NOSUCH'));
        await failsWith("ERR wrong number of arguments for 'get' command", client.call('GET'));
    },
};

run(checks, connect, (client) => client.disconnect());
