// What the two JavaScript clients have in common: one line for each check, and the environment of compat/clients.
const assert = require('node:assert');

const port = Number(process.env.PORT);
const protocol = Number(process.env.PROTOCOL);
const shards = Number(process.env.SHARDS);
/** Keys that begin with these are on one shard each, on two different ones if the pool has several. */
const here = process.env.HERE;
const there = process.env.THERE;

const equal = (got, expected, what) =>
    assert.deepStrictEqual(got, expected, `${what}: expected ${show(expected)}, got ${show(got)}`);
const show = (value) => String(JSON.stringify(value) ?? value).slice(0, 200);

/** The promise must fail, with a message that begins as expected. */
async function failsWith(expected, promise) {
    const got = await promise.then((reply) => `reply ${show(reply)}`, (error) => error.message);
    assert(got.startsWith(expected), `expected an error that begins "${expected}", got "${got.slice(0, 200)}"`);
}

// What another client of a check does later may fail after the check; the check has said so then.
process.on('unhandledRejection', () => {});

/** Each check gets a fresh client, and five seconds. */
async function run(checks, connect, close) {
    let failed = 0;
    for (const [name, check] of Object.entries(checks)) {
        const clients = [];
        const another = async () => {
            clients.push(await connect());
            return clients.at(-1);
        };
        let timer;
        const late = new Promise((_, reject) => {
            timer = setTimeout(() => reject(new Error('expected an end within 5 s')), 5000);
        });
        try {
            await Promise.race([another().then((client) => check(client, another)), late]);
            console.log(`ok      ${name}`);
        } catch (error) {
            failed++;
            console.log(`FAILED  ${name}: ${error.message.split('\n')[0]}`);
        }
        clearTimeout(timer);
        clients.forEach(close);
    }
    console.log('end');
    process.exit(failed ? 1 : 0);
}

module.exports = { assert, equal, failsWith, here, port, protocol, run, shards, there };
