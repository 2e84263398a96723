"""Two hosts, a client and the network between them, as namespaces of Linux, and what is seen of them from outside.

All clocks are time.monotonic(), in seconds.
"""
import collections
import ctypes
import dataclasses
import os
import selectors
import signal
import socket
import statistics
import struct
import subprocess
import threading
import time

import vrrp

PORT = 6379
EVERY, ANSWER_MAX = 0.005, 0.02
CLONE_NEWNET = 0x40000000
NEW_ADDRESS, DELETED_ADDRESS, GET_ADDRESS, DONE, DUMP = 20, 21, 22, 3, 0x301
GROUPS = 0x10 | 0x100  # changes of addresses, IPv4 and IPv6
OUTGOING, FROM_ANY = 4, 0x0003

now = time.monotonic
libc = ctypes.CDLL(None, use_errno=True)


class Failed(Exception):
    pass


class Late(Failed):
    """Right, but for the time that it took."""


def sh(*words, check=True):
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if check and done.returncode:
        raise Failed(f"{' '.join(words)}: {done.stderr.strip() or done.stdout.strip()}")
    return done


def enter(namespace):
    """The calling thread, for good."""
    with open(f"/run/netns/{namespace}") as file:
        if libc.setns(file.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"setns {namespace}")


def inside(namespace, make):
    """What `make` returns there: a socket stays in the namespace in which it was made."""
    made = []

    def run():
        enter(namespace)
        made.append(make())

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return made[0]


def until(condition, seconds, what):
    deadline = now() + seconds
    while not condition():
        if now() > deadline:
            raise Failed(f"{what}: not within {seconds} s")
        time.sleep(0.005)


@dataclasses.dataclass
class Host:
    name: str
    namespace: str
    ipv4: str
    ipv6: str
    mac: str


class Network:
    """A bridge in `lan`; hosts a and b and the client, each with eth0 and both families."""

    def __init__(self, tag):
        self.lan = f"{tag}-lan"
        self.hosts = {
            name: Host(name, f"{tag}-{name}", f"10.0.0.{number}", f"fe80::{number}", f"02:00:00:00:00:{number}")
            for name, number in (("a", 11), ("b", 12), ("client", 20))}
        sh("ip", "netns", "add", self.lan)
        sh("ip", "-n", self.lan, "link", "add", "lan", "type", "bridge")
        sh("ip", "-n", self.lan, "link", "set", "lan", "up")
        for host in self.hosts.values():
            sh("ip", "netns", "add", host.namespace)
            sh("ip", "-n", host.namespace, "link", "add", "eth0", "address", host.mac, "type", "veth",
               "peer", "name", f"to-{host.name}", "netns", self.lan)
            sh("ip", "-n", self.lan, "link", "set", f"to-{host.name}", "master", "lan", "up")
            sh("ip", "-n", host.namespace, "link", "set", "eth0", "addrgenmode", "none")
            sh("ip", "-n", host.namespace, "link", "set", "lo", "up")
            self.link_up(host.name)

    def second_link(self, name, device):
        """... to the same bridge; an interface that can go away while the other stays."""
        namespace = self.hosts[name].namespace
        sh("ip", "-n", namespace, "link", "add", device, "up", "type", "veth",
           "peer", "name", f"{device}-{name}", "netns", self.lan)
        sh("ip", "-n", self.lan, "link", "set", f"{device}-{name}", "master", "lan", "up")

    def link_up(self, name):
        """With its own addresses only, as after a boot."""
        host = self.hosts[name]
        sh("ip", "-n", host.namespace, "addr", "flush", "dev", "eth0")
        sh("ip", "-n", host.namespace, "link", "set", "eth0", "up")
        sh("ip", "-n", host.namespace, "addr", "add", f"{host.ipv4}/24", "dev", "eth0")
        sh("ip", "-n", host.namespace, "addr", "add", f"{host.ipv6}/64", "dev", "eth0", "nodad")
        if name == "client":
            sh("ip", "-n", host.namespace, "addr", "add", "fd00::20/64", "dev", "eth0", "nodad")

    def link_down(self, name):
        sh("ip", "-n", self.hosts[name].namespace, "link", "set", "eth0", "down")

    def cut(self, name):
        """The host hears and is heard no more; its carrier stays."""
        sh("bridge", "-n", self.lan, "link", "set", "dev", f"to-{name}", "state", "0")

    def heal(self, name):
        sh("bridge", "-n", self.lan, "link", "set", "dev", f"to-{name}", "state", "3")


class Service(threading.Thread):
    """What is behind the address on a host: answers WHO with the host's name, PING with PONG, deaf with nothing."""

    def __init__(self, host):
        super().__init__(daemon=True)
        self.host, self.is_deaf = host, False
        self.start()

    def run(self):
        enter(self.host.namespace)
        selector = selectors.DefaultSelector()
        listener = socket.create_server(("::", PORT), family=socket.AF_INET6, dualstack_ipv6=True, backlog=256)
        selector.register(listener, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                try:
                    if key.fileobj is listener:
                        selector.register(listener.accept()[0], selectors.EVENT_READ)
                    elif not self.answer(key.fileobj):
                        selector.unregister(key.fileobj)
                        key.fileobj.close()
                except OSError:
                    selector.unregister(key.fileobj)
                    key.fileobj.close()

    def answer(self, client):
        text = client.recv(256)
        if text and not self.is_deaf:
            client.sendall(b"+PONG\r\n" if b"PING" in text.upper() else f"+{self.host.name}\r\n".encode())
        return bool(text)


class Client(threading.Thread):
    """Asks WHO of the virtual address every 5 ms on a connection of its own, and gives each 20 ms."""

    def __init__(self, namespace):
        super().__init__(daemon=True)
        self.namespace, self.target, self.is_asking = namespace, None, False
        self.answers, self.stalls = [(now(), "")], [(now(), 0.0)]
        self.start()

    def ask(self, address):
        self.target = (socket.AF_INET6 if ":" in address else socket.AF_INET, (address, PORT))

    def run(self):
        enter(self.namespace)
        due = now()
        while True:
            target = self.target
            if target is not None:
                who = self.once(*target, due + ANSWER_MAX)
                if who:
                    self.answers.append((now(), who))
                self.late(due + ANSWER_MAX)
            due = max(due + EVERY, now())
            time.sleep(max(0, due - now()))
            self.late(due)

    def late(self, than):
        if now() - than > 0.001:
            self.stalls.append((now(), now() - than))

    def once(self, family, at, deadline):
        with socket.socket(family, socket.SOCK_STREAM) as client:
            # no FIN, no TIME_WAIT: there are 200 each second
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            try:
                client.settimeout(max(0.001, deadline - now()))
                client.connect(at)
                client.sendall(b"WHO\r\n")
                client.settimeout(max(0.001, deadline - now()))
                return client.recv(64).decode().strip().lstrip("+")
            except OSError:
                return None

    def gap(self, since, till=None):
        """The longest time between two answers, of those that are in this time at least in part."""
        till = till or now()
        times = [at for at, _ in self.answers if at <= till]
        times = [at for at, following in zip(times, times[1:] + [till]) if following >= since] + [till]
        return max((b - a for a, b in zip(times, times[1:])), default=till - since)

    def served_by(self):
        """Who answered last, if that was just now."""
        at, who = self.answers[-1]
        return who if now() - at < 0.1 else None

    def stall(self, since):
        """How late the machine has woken this program at worst."""
        return max((late for at, late in self.stalls if at >= since), default=0.0)


class Owners(threading.Thread):
    """Which hosts carry the first virtual address, as their kernels tell, at each change."""

    def __init__(self, hosts):
        super().__init__(daemon=True)
        self.hosts, self.address = hosts, None
        self.log = [(now(), frozenset())]
        self.lock = threading.Lock()
        self.sockets = {inside(host.namespace, self.subscribe): host.name for host in hosts}
        self.asking = {host.name: inside(host.namespace, lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0))
                       for host in hosts}
        self.start()

    @staticmethod
    def subscribe():
        listening = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        listening.bind((0, GROUPS))
        return listening

    def watch(self, address):
        self.address = address
        self.note(self.carriers())

    def run(self):
        selector = selectors.DefaultSelector()
        for listening in self.sockets:
            selector.register(listening, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                name = self.sockets[key.fileobj]
                for kind, address in messages(key.fileobj.recv(1 << 16)):
                    if address == self.address:
                        with self.lock:
                            current = self.log[-1][1]
                            self.note(current | {name} if kind == NEW_ADDRESS else current - {name})

    def note(self, carriers):
        if carriers != self.log[-1][1]:
            self.log.append((now(), frozenset(carriers)))

    def now(self):
        return self.log[-1][1]

    def carriers(self):
        """Asks the kernels, whatever they told."""
        found = set()
        for name, asking in self.asking.items():
            asking.send(struct.pack("=IHHII", 24, GET_ADDRESS, DUMP, 1, 0) + bytes(8))
            is_done = False
            while not is_done:
                for kind, address in messages(asking.recv(1 << 16)):
                    is_done = kind == DONE
                    if address == self.address:
                        found.add(name)
        return frozenset(found)

    def time_with(self, count, since, till=None):
        """For how long so many hosts had the address, in seconds."""
        till = till or now()
        ends = [at for at, _ in self.log[1:]] + [till]
        return sum(max(0.0, min(end, till) - max(at, since))
                   for (at, carriers), end in zip(self.log, ends) if len(carriers) == count)

    def had(self, name, since):
        ends = [at for at, _ in self.log[1:]] + [now()]
        return any(name in carriers for (_, carriers), end in zip(self.log, ends) if end >= since)


def messages(data):
    """-> kind and address of each message of rtnetlink."""
    while len(data) >= 16:
        length, kind = struct.unpack_from("=IH", data)
        found = None
        if kind in (NEW_ADDRESS, DELETED_ADDRESS):
            at = 24
            while at + 4 <= length:
                size, what = struct.unpack_from("=HH", data, at)
                # IFA_LOCAL, which is the address, before IFA_ADDRESS, which is the peer's of some links
                if what == 2 or (what == 1 and found is None):
                    found = vrrp.address(data[at + 4:at + size])
                at += (size + 3) & ~3
        yield kind, found
        data = data[(length + 3) & ~3:]


class Sniffer(threading.Thread):
    """Judges all that hosts a and b say of VRRP and of the virtual address, at the bridge's ports."""

    def __init__(self, network, names=("a", "b")):
        super().__init__(daemon=True)
        self.right = None
        self.seen = []  # time, host, kind, priority
        self.wrong = collections.Counter()
        self.good = {}
        self.sockets = {}
        for name in names:
            self.sockets[inside(network.lan, lambda port=f"to-{name}": self.listen(port))] = name
        self.start()

    @staticmethod
    def listen(port):
        listening = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(FROM_ANY))
        listening.bind((port, FROM_ANY))
        return listening

    def expect(self, right):
        self.right = right
        self.good = {}

    def run(self):
        selector = selectors.DefaultSelector()
        for listening in self.sockets:
            selector.register(listening, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                frame, (_, _, direction, _, _) = key.fileobj.recvfrom(4096)
                if direction != OUTGOING and self.right:
                    self.judge(frame, self.sockets[key.fileobj])

    def judge(self, frame, host):
        right, priority = self.right, None
        kind = vrrp.kind_of(frame, right.addresses)
        if kind == "advert":
            wrong, priority = vrrp.advert(frame, host, right)
        elif kind == "announcement":
            wrong = vrrp.announcement(frame, host, right)
        else:
            return
        if not wrong:
            self.good[host, kind] = frame
        self.seen.append((now(), host, kind, priority))
        for each in wrong:
            self.wrong[f"{kind} of {host}: {each}"] += 1

    def count(self, host, kind, since, priority=None):
        return sum(1 for at, who, what, said in self.seen
                   if at >= since and who == host and what == kind and priority in (None, said))


class Speaker:
    """A process, or two, in a host's namespace."""

    def __init__(self, host, log):
        self.host, self.log, self.process = host, log, None

    def start(self, *words, env=None):
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(
                ("ip", "netns", "exec", self.host.namespace) + words, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, env={**os.environ, **(env or {})})

    def pids(self):
        """Children first: the one of keepalived says goodbye when its parent dies."""
        if self.process is None or self.process.poll() is not None:
            return []
        pid = self.process.pid
        with open(f"/proc/{pid}/task/{pid}/children") as children:
            return [int(child) for child in children.read().split()] + [pid]

    def signal(self, number):
        for pid in self.pids():
            os.kill(pid, number)

    def kill(self):
        self.signal(signal.SIGKILL)
        if self.process:
            self.process.wait()

    def terminate(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def exits(self, seconds):
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failed(f"the speaker of {self.host.name} is still there {seconds} s after SIGTERM") from None


def figures(seconds):
    """min / median / max, in milliseconds."""
    values = [round(each * 1000) for each in seconds]
    if len(values) == 1:
        return f"{values[0]} ms"
    return f"{min(values)} / {round(statistics.median(values))} / {max(values)} ms"
