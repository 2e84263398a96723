import os
import sys
import threading
import time

import redis

PORT, PROTOCOL, SHARDS = (int(os.environ[name]) for name in ("PORT", "PROTOCOL", "SHARDS"))
# Keys that begin with these are on one shard each, on two different ones if the pool has several.
HERE, THERE = os.environ["HERE"], os.environ["THERE"]
CHECKS = []

# What a second client does meanwhile may fail; its check says what it missed.
threading.excepthook = lambda _: None


def check(name):
    def add(function):
        CHECKS.append((name, function))
        return function
    return add


def connect(**options):
    if int(redis.__version__.split(".")[0]) >= 5:
        options["protocol"] = PROTOCOL
    return redis.Redis(host="127.0.0.1", port=PORT, socket_timeout=5, **options)


def equal(got, expected, what):
    assert got == expected, f"{what}: expected {expected!r:.200}, got {got!r:.200}"


def text(error):
    # the library cuts first words off, and names classes after them
    words = {"ClusterCrossSlotError": "CROSSSLOT ", "NoScriptError": "NOSCRIPT "}
    return words.get(type(error).__name__, "") + str(error)


def fails_with(expected, function, *arguments):
    try:
        got = f"reply {function(*arguments)!r}"
    except redis.RedisError as error:
        got = text(error)
    assert got.startswith(expected), f'expected an error that begins "{expected}", got "{got:.200}"'


@check("PING, SET, GET of any bytes")
def binary(client):
    value = bytes(range(256))
    equal(client.ping(), True, "PING")
    equal(client.set(value, value), True, "SET")
    equal(client.get(value), value, "GET")


@check("pipeline of 1,000")
def pipeline(client):
    pipe = client.pipeline(transaction=False)
    for _ in range(1000):
        pipe.incr(HERE + "count")
    equal(pipe.execute(), list(range(1, 1001)), "INCR")


@check("MULTI, EXEC")
def multi(client):
    replies = client.pipeline().set(HERE + "a", 1).incr(HERE + "a").get(HERE + "a").execute()
    equal(replies, [True, 2, b"2"], "EXEC")


@check("WATCH, and another client writes")
def watch(client):
    with client.pipeline() as pipe:
        pipe.watch(HERE + "watched")
        equal(pipe.get(HERE + "watched"), None, "GET")
        connect().set(HERE + "watched", "x")
        pipe.multi()
        pipe.set(HERE + "watched", "y")
        try:
            got = pipe.execute()
        except redis.WatchError:
            got = "WatchError"
        equal(got, "WatchError", "EXEC")
    equal(client.get(HERE + "watched"), b"x", "GET")


@check("MULTI over shards")
def multi_over_shards(client):
    pipe = client.pipeline().set(HERE + "m", 1).set(THERE + "m", 2)
    if SHARDS == 1:
        equal(pipe.execute(), [True, True], "EXEC")
        return
    try:
        got = pipe.execute()
    except redis.RedisError as error:
        got = text(error)
    assert "CROSSSLOT" in str(got), f"expected CROSSSLOT, got {got!r:.200}"
    equal([client.get(HERE + "m"), client.get(THERE + "m")], [None, None], "GET")


@check("RENAME, SUNIONSTORE, EVAL over shards")
def crossslot(client):
    client.set(HERE + "from", "x")
    client.sadd(HERE + "set", "x")
    calls = [
        ("RENAME", HERE + "from", THERE + "to"),
        ("SUNIONSTORE", THERE + "union", HERE + "set", THERE + "set"),
        ("EVAL", "return #KEYS", 2, HERE + "a", THERE + "a"),
    ]
    for call, expected in zip(calls, [True, 1, 2]):
        if SHARDS == 1:
            equal(client.execute_command(*call), expected, call[0])
        else:
            fails_with("CROSSSLOT", client.execute_command, *call)


@check("SELECT")
def select(client):
    other = connect(db=1)
    equal(other.set("db", "one"), True, "SET in database 1")
    equal(client.get("db"), None, "GET in database 0")
    pipe = client.pipeline(transaction=False)
    replies = pipe.execute_command("SELECT", 1).execute_command("GET", "db").execute_command("SELECT", 0).execute()
    equal(replies, [True, b"one", True], "SELECT, GET, SELECT")
    fails_with("DB index is out of range", client.execute_command, "SELECT", 1000)


@check("SUBSCRIBE, PSUBSCRIBE, PUBLISH")
def pubsub(client):
    subscriber = client.pubsub()
    subscriber.subscribe("news")
    subscriber.psubscribe("ne*")
    heard = []

    def hear(count):
        end = time.monotonic() + 3
        while len(heard) < count and time.monotonic() < end:
            message = subscriber.get_message(timeout=0.1)
            if message:
                heard.append((message["type"], message["channel"], message["data"]))

    hear(2)
    equal(heard, [("subscribe", b"news", 1), ("psubscribe", b"ne*", 2)], "confirmations")
    equal(connect().publish("news", "first"), 2, "PUBLISH")
    equal(connect().publish("nets", "second"), 1, "PUBLISH")
    hear(5)
    equal(heard[2:], [("message", b"news", b"first"), ("pmessage", b"news", b"first"),
                      ("pmessage", b"nets", b"second")], "messages")
    subscriber.unsubscribe()
    subscriber.punsubscribe()
    hear(7)
    equal(heard[5:], [("unsubscribe", b"news", 1), ("punsubscribe", b"ne*", 0)], "confirmations")


@check("BLPOP, and another client pushes")
def blpop(client):
    other = connect()
    timer = threading.Timer(0.1, lambda: other.rpush(HERE + "list", "x"))
    timer.start()
    popped = client.blpop([HERE + "empty", HERE + "list"], timeout=4)
    timer.join()
    equal(list(popped or []), [(HERE + "list").encode(), b"x"], "BLPOP")
    equal(client.blpop([HERE + "empty"], timeout=0.1), None, "BLPOP that waits in vain")


@check("SCAN")
def scan(client):
    for i in range(500):
        client.set(f"scan:{i}", "")
    equal(len(set(client.scan_iter(match="scan:*", count=50))), 500, "keys")


@check("EVAL, EVALSHA, SCRIPT LOAD")
def script(client):
    lua = f"return {{KEYS[1], ARGV[1], 'redis-py {PROTOCOL}'}}"
    expected = [(HERE + "k").encode(), b"v", f"redis-py {PROTOCOL}".encode()]
    fails_with("NOSCRIPT", client.evalsha, "0" * 40, 1, HERE + "k", "v")
    equal(client.eval(lua, 1, HERE + "k", "v"), expected, "EVAL")
    equal(client.register_script(lua + " ")(keys=[HERE + "k"], args=["v"]), expected, "EVALSHA, SCRIPT LOAD, EVALSHA")


@check("MSET, MGET, DEL over shards")
def many(client):
    keys = [f"many:{i}" for i in range(100)]
    equal(client.mset({key: key for key in keys}), True, "MSET")
    equal(client.mget([*keys, "none"]), [*(key.encode() for key in keys), None], "MGET")
    equal(client.delete(*keys), 100, "DEL")


@check("HGETALL, ZSCORE")
def maps(client):
    client.hset("hash", mapping={"a": 1, "b": 2})
    equal(client.hgetall("hash"), {b"a": b"1", b"b": b"2"}, "HGETALL")
    client.zadd("zset", {"m": 1.5})
    equal(client.zscore("zset", "m"), 1.5, "ZSCORE")
    client.sadd("set", "m")
    equal(set(client.smembers("set")), {b"m"}, "SMEMBERS")


@check("value of 5 MB")
def large(client):
    value = os.urandom(5 << 20)
    equal(client.set("large", value), True, "SET")
    assert client.get("large") == value, "expected the same 5 MB"


@check("errors")
def errors(client):
    client.set("string", "x")
    fails_with("WRONGTYPE Operation against a key", client.lpush, "string", "x")
    fails_with("unknown command 'NOSUCH'", client.execute_command, "NOSUCH")
    fails_with("wrong number of arguments for 'get' command", client.execute_command, "GET")


failed = 0
for name, function in CHECKS:
    try:
        function(connect())
        print(f"ok      {name}")
    except (AssertionError, redis.RedisError) as error:
        failed += 1
        print(f"FAILED  {name}: {error}")
print("end")
sys.exit(1 if failed else 0)
