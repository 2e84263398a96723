"""Writes to HOST PORT every 20 ms, each time on a connection of its own, as PHP does; the password is in REDIS_PASSWORD.

At TERM it waits for what is under way, and prints how many writes there were, how many failed and how, and the longest time
in which none was acknowledged.
"""
import asyncio
import collections
import os
import signal
import sys

EVERY, CONNECT_MAX, READ_MAX = 0.02, 2.5, 15  # seconds; the last two as a rendered env.php has them

host, port = sys.argv[1], int(sys.argv[2])
auth = f"AUTH {os.environ['REDIS_PASSWORD']}\r\n".encode()
written = 0
errors = collections.Counter()
longest = slowest = 0.0


async def exchange(number):
    reader, writer = await asyncio.wait_for(asyncio.open_connection(host, port), CONNECT_MAX)
    try:
        writer.write(auth + f"SET key:{number % 1000} {number}\r\n".encode())
        for _ in range(2):
            reply = (await asyncio.wait_for(reader.readline(), READ_MAX)).decode().strip()
            if reply != "+OK":
                raise OSError(" ".join(reply.split()[:4]) or "connection closed")
    finally:
        writer.close()


async def write(number):
    global written, longest, slowest, last
    began = clock()
    try:
        await exchange(number)
    except asyncio.TimeoutError:
        errors["timeout"] += 1
        return
    except OSError as e:
        errors[os.strerror(e.errno) if e.errno else str(e)] += 1
        return
    written += 1
    longest, slowest, last = max(longest, clock() - last), max(slowest, clock() - began), clock()


async def main():
    global clock, last
    loop = asyncio.get_running_loop()
    clock = loop.time
    last = clock()
    end = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, end.set)
    under_way = set()
    number, due = 0, clock()
    while not end.is_set():
        task = asyncio.create_task(write(number))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
        number, due = number + 1, due + EVERY
        await asyncio.sleep(due - clock())
    stopped = clock()
    await asyncio.gather(*under_way)
    kinds = ", ".join(f"{count} x {what}" for what, count in errors.most_common())
    print(f"{written} writes, {sum(errors.values())} errors{f' ({kinds})' if kinds else ''}, "
          f"longest outage {max(longest, stopped - last):.1f} s, slowest write {slowest:.1f} s")


asyncio.run(main())
