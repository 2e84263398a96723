const { RESP_TYPES, WatchError, createClient } = require('redis');
const { assert, equal, failsWith, here, port, protocol, run, shards, there } = require('./checks.js');

const allBytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));

async function connect() {
    const client = createClient({ socket: { host: '127.0.0.1', port, reconnectStrategy: false }, RESP: protocol });
    client.on('error', () => {}); // what fails says so itself
    await client.connect();
    return client;
}

const checks = {
    'PING, SET, GET of any bytes': async (client) => {
        const binary = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
        equal(await client.ping(), 'PONG', 'PING');
        equal(await binary.set(allBytes, allBytes), 'OK', 'SET');
        equal([...(await binary.get(allBytes))], [...allBytes], 'GET');
    },
    'pipeline of 1,000': async (client) => {
        const replies = await Promise.all(Array.from({ length: 1000 }, () => client.incr(here + 'count')));
        equal(replies, Array.from({ length: 1000 }, (_, i) => i + 1), 'INCR');
    },
    'MULTI, EXEC': async (client) => {
        const replies = await client.multi().set(here + 'a', '1').incr(here + 'a').get(here + 'a').exec();
        equal(replies, ['OK', 2, '2'], 'EXEC');
    },
    'WATCH, and another client writes': async (client, another) => {
        await client.watch(here + 'watched');
        await (await another()).set(here + 'watched', 'x');
        const error = await client.multi().set(here + 'watched', 'y').exec().catch((e) => e);
        assert(error instanceof WatchError, `expected a WatchError, got ${error}`);
        equal(await client.get(here + 'watched'), 'x', 'GET');
    },
    'MULTI over shards': async (client) => {
        const exec = client.multi().set(here + 'm', '1').set(there + 'm', '2').exec();
        const outcome = await exec.catch((error) => String(error.message ?? error));
        const executed = [await client.get(here + 'm'), await client.get(there + 'm')];
        if (shards === 1) {
            equal(outcome, ['OK', 'OK'], 'EXEC');
            return;
        }
        assert(/CROSSSLOT|EXECABORT/.test(String(outcome)), `expected CROSSSLOT or EXECABORT, got "${outcome}"`);
        equal(executed, [null, null], 'GET');
    },
    'RENAME over shards': async (client) => {
        await client.set(here + 'from', 'x');
        const rename = client.rename(here + 'from', there + 'to');
        if (shards === 1) equal(await rename, 'OK', 'RENAME');
        else await failsWith('CROSSSLOT', rename);
    },
    'SELECT': async (client, another) => {
        const other = await another();
        const replies = await Promise.all([client.select(1), client.set('db', 'one'), client.get('db')]);
        equal(replies, [undefined, 'OK', 'one'], 'SELECT, SET, GET');
        equal(await other.get('db'), null, 'GET in database 0');
        await failsWith('ERR DB index is out of range', client.select(1000));
        equal(await client.get('db'), 'one', 'GET after a SELECT that failed');
    },
    'SUBSCRIBE, PSUBSCRIBE, PUBLISH': async (client, another) => {
        const other = await another();
        const heard = [];
        let last;
        const both = new Promise((resolve) => { last = resolve; });
        const listener = (message, channel) => heard.push(`${channel} ${message}`) === 3 && last();
        await client.subscribe('news', listener);
        await client.pSubscribe('ne*', listener);
        equal(await other.publish('news', 'first'), 2, 'PUBLISH');
        equal(await other.publish('nets', 'second'), 1, 'PUBLISH');
        await both;
        equal(heard, ['news first', 'news first', 'nets second'], 'messages');
        await client.unsubscribe();
        await client.pUnsubscribe();
        equal(String(await client.set('after', 'x')), 'OK', 'SET after the last UNSUBSCRIBE');
    },
    'BLPOP, and another client pushes': async (client, another) => {
        const other = await another();
        const popped = client.blPop([here + 'empty', here + 'list'], 4);
        setTimeout(() => other.rPush(here + 'list', 'x'), 100);
        equal({ ...(await popped) }, { key: here + 'list', element: 'x' }, 'BLPOP');
        equal(await client.blPop(here + 'empty', 0.1), null, 'BLPOP that waits in vain');
    },
    'SCAN': async (client) => {
        await Promise.all(Array.from({ length: 500 }, (_, i) => client.set(`scan:${i}`, '')));
        const keys = new Set();
        for await (const some of client.scanIterator({ MATCH: 'scan:*', COUNT: 50 })) some.forEach((k) => keys.add(k));
        equal(keys.size, 500, 'keys');
    },
    'EVAL, EVALSHA, SCRIPT LOAD': async (client) => {
        const script = `return {KEYS[1], ARGV[1], 'node-redis ${protocol}'}`;
        const call = { keys: [here + 'k'], arguments: ['v'] };
        await failsWith('NOSCRIPT', client.evalSha('0'.repeat(40), call));
        equal(await client.eval(script, call), [here + 'k', 'v', `node-redis ${protocol}`], 'EVAL');
        equal(await client.evalSha(await client.scriptLoad(script), call),
            [here + 'k', 'v', `node-redis ${protocol}`], 'EVALSHA');
    },
    'MSET, MGET, DEL over shards': async (client) => {
        const keys = Array.from({ length: 100 }, (_, i) => `many:${i}`);
        equal(await client.mSet(keys.map((key) => [key, key])), 'OK', 'MSET');
        equal(await client.mGet([...keys, 'none']), [...keys, null], 'MGET');
        equal(await client.del(keys), 100, 'DEL');
    },
    'HGETALL, ZSCORE': async (client) => {
        await client.hSet('hash', { a: '1', b: '2' });
        equal({ ...(await client.hGetAll('hash')) }, { a: '1', b: '2' }, 'HGETALL');
        await client.zAdd('zset', { score: 1.5, value: 'm' });
        equal(await client.zScore('zset', 'm'), 1.5, 'ZSCORE');
        const raw = await client.sendCommand(['HGETALL', 'hash']);
        equal(Array.isArray(raw), protocol === 2, 'HGETALL is an array');
    },
    'value of 5 MB': async (client) => {
        const value = 'x'.repeat(5 << 20);
        equal(await client.set('large', value), 'OK', 'SET');
        assert(await client.get('large') === value, 'expected the same 5 MB');
    },
    'errors': async (client) => {
        await client.set('string', 'x');
        await failsWith('WRONGTYPE Operation against a key', client.lPush('string', 'x'));
        await failsWith("ERR unknown command 'NOSUCH'", client.sendCommand(['NOSUCH']));
        await failsWith("ERR wrong number of arguments for 'get' command", client.sendCommand(['GET']));
    },
};
if (protocol === 3 && shards === 1) {
    checks['client side caching'] = async (_, another) => {
        const client = createClient({
            socket: { host: '127.0.0.1', port, reconnectStrategy: false }, RESP: 3, clientSideCache: {},
        });
        client.on('error', () => {});
        try {
            await client.connect();
            const other = await another();
            await other.set('cached', '1');
            equal(await client.get('cached'), '1', 'GET');
            await other.set('cached', '2');
            let got;
            for (let tries = 0; tries < 100 && got !== '2'; tries++) {
                await new Promise((resolve) => setTimeout(resolve, 10));
                got = await client.get('cached');
            }
            equal(got, '2', 'GET after another client wrote');
        } finally {
            client.destroy();
        }
    };
}

run(checks, connect, (client) => client.isOpen && client.destroy());
