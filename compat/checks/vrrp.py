"""Looks at frames as RFC 3768 and 5798 (VRRP), 826 (ARP) and 4861 (neighbour discovery) say they are, byte by byte.

It knows nothing of how a speaker makes them: what it finds wrong, somebody else may find wrong, too.
"""
import dataclasses
import ipaddress
import struct

ARP, IPV4, IPV6 = 0x0806, 0x0800, 0x86DD
VRRP, ICMPV6 = 112, 58
BROADCAST = "ff:ff:ff:ff:ff:ff"
NEIGHBOUR_ADVERT, SOLICITED, OVERRIDE = 136, 0x40000000, 0x20000000


@dataclasses.dataclass
class Expected:
    """What is right in one setting. By host: `macs`, `sources` and `hops` of IP, `priorities`; `peers`, for unicast."""
    version: int
    router_id: int
    interval: float
    addresses: list
    password: str
    checksum_as_v2: bool
    macs: dict
    sources: dict
    priorities: dict
    peers: dict
    hops: dict

    @property
    def is_ipv6(self):
        return ":" in self.addresses[0]

    @property
    def size(self):
        return 8 + len(self.addresses) * (16 if self.is_ipv6 else 4) + (8 if self.version == 2 else 0)


class Deviations(list):
    def same(self, what, found, wanted):
        if found != wanted:
            self.append(f"{what} {found} (expected: {wanted})")


def mac(data):
    return data.hex(":")


def address(data):
    return str(ipaddress.ip_address(bytes(data)))


def sum_of(data):
    """Of 16 bits, one's complement; 0 when the data has a right checksum in it."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def kind_of(frame, virtual):
    """`advert`, `announcement` or None: what concerns virtual addresses, and is not what any kernel says for itself."""
    if len(frame) < 14:
        return None
    of, body = int.from_bytes(frame[12:14], "big"), frame[14:]
    if (of == IPV4 and body[9:10] == bytes([VRRP])) or (of == IPV6 and body[6:7] == bytes([VRRP])):
        return "advert"
    if of == ARP and len(body) >= 28 and address(body[14:18]) in virtual:
        # A kernel asks for others, and answers to one; also to an announcement, when it has the address itself.
        is_answer = body[7] == 2 and mac(frame[:6]) != BROADCAST
        is_question = body[7] == 1 and body[14:18] != body[24:28] and body[18:24] == bytes(6)
        return None if is_answer or is_question else "announcement"
    if of == IPV6 and len(body) >= 64 and body[6] == ICMPV6 and body[40] == NEIGHBOUR_ADVERT and body[24] == 0xFF:
        return "announcement" if address(body[48:64]) in virtual else None
    return None


def advert(frame, host, right):
    """-> what is wrong with it, and its priority."""
    wrong, body = Deviations(), frame[14:]
    peer = right.peers.get(host)
    wrong.same("Ethernet source", mac(frame[6:12]), right.macs[host])
    if right.is_ipv6:
        wrong.same("type", frame[12:14].hex(), "86dd")
        if len(body) < 40:
            return wrong + ["it ends in the header of IP"], None
        wrong.same("version of IP", body[0] >> 4, 6)
        length, protocol, hops = int.from_bytes(body[4:6], "big"), body[6], body[7]
        source, destination, message = body[8:24], body[24:40], body[40:40 + length]
        wrong.same("length of its payload", length, right.size)
        wanted, group = ("ff02::12", "33:33:00:00:00:12")
    else:
        wrong.same("type", frame[12:14].hex(), "0800")
        if len(body) < 20:
            return wrong + ["it ends in the header of IP"], None
        wrong.same("version of IP and size of its header", body[0], 0x45)
        wrong.same("sum of the header of IP with its checksum", sum_of(body[:20]), 0)
        wrong.same("fragment", int.from_bytes(body[6:8], "big") & 0x3FFF, 0)
        length, protocol, hops = int.from_bytes(body[2:4], "big"), body[9], body[8]
        source, destination, message = body[12:16], body[16:20], body[20:length]
        wrong.same("total length", length, 20 + right.size)
        wanted, group = ("224.0.0.18", "01:00:5e:00:00:12")
    wrong.same("protocol", protocol, VRRP)
    wrong.same("TTL", hops, right.hops[host])
    wrong.same("source", address(source), right.sources[host])
    wrong.same("destination", address(destination), right.sources[peer] if peer else wanted)
    wrong.same("Ethernet destination", mac(frame[:6]), right.macs[peer] if peer else group)
    if len(message) != right.size:
        return wrong + [f"{len(message)} bytes of VRRP (expected: {right.size})"], None
    pseudo = source + destination + (
        struct.pack("!IHBB", len(message), 0, 0, VRRP) if right.is_ipv6 else struct.pack("!BBH", 0, VRRP, len(message)))
    return wrong + vrrp(message, pseudo, host, right), message[2]


def vrrp(message, pseudo, host, right):
    wrong = Deviations()
    wrong.same("version and type", hex(message[0]), hex(right.version << 4 | 1))
    wrong.same("virtual router id", message[1], right.router_id)
    if message[2] not in (0, right.priorities[host]):
        wrong.append(f"priority {message[2]} (expected: {right.priorities[host]}, or 0)")
    wrong.same("number of addresses", message[3], len(right.addresses))
    size = 16 if right.is_ipv6 else 4
    end = 8 + size * len(right.addresses)
    wrong.same("addresses", [address(message[at:at + size]) for at in range(8, end, size)], right.addresses)
    if right.version == 2:
        wrong.same("kind of authentication", message[4], 1 if right.password else 0)
        wrong.same("interval in seconds", message[5], int(right.interval))
        wrong.same("authentication", message[end:], (right.password or "").encode()[:8].ljust(8, b"\0"))
        wrong.same("sum of VRRP with its checksum", sum_of(message), 0)
    else:
        interval = int.from_bytes(message[4:6], "big")
        wrong.same("4 bits of nothing, and interval in 10 ms", interval, round(right.interval * 100))
        wrong.same("sum of VRRP with its checksum", sum_of(message if right.checksum_as_v2 else pseudo + message), 0)
    return wrong


def announcement(frame, host, right):
    """-> what is wrong with a gratuitous ARP, or with an unsolicited neighbour advertisement."""
    wrong, body, own = Deviations(), frame[14:], right.macs[host]
    wrong.same("Ethernet source", mac(frame[6:12]), own)
    if not right.is_ipv6:
        wrong.same("Ethernet destination", mac(frame[:6]), BROADCAST)
        wrong.same("kinds and sizes of addresses", body[:6].hex(), "000108000604")
        wrong.same("operation", int.from_bytes(body[6:8], "big"), 1)
        wrong.same("MAC of the sender", mac(body[8:14]), own)
        wrong.same("MAC that is asked for", mac(body[18:24]), BROADCAST)
        wrong.same("address that is asked for", address(body[24:28]), address(body[14:18]))
        wrong.same("what follows", any(body[28:]), False)
        return wrong
    length, source, destination = int.from_bytes(body[4:6], "big"), body[8:24], body[24:40]
    message = body[40:40 + length]
    wrong.same("Ethernet destination", mac(frame[:6]), "33:33:00:00:00:01")
    wrong.same("destination", address(destination), "ff02::1")
    wrong.same("hop limit", body[7], 255)
    if address(source) not in right.addresses + [right.sources[host]]:
        wrong.append(f"source {address(source)} (expected: one of the interface's)")
    wrong.same("length", (length, len(message)), (32, 32))
    wrong.same("code", message[1], 0)
    pseudo = source + destination + struct.pack("!IHBB", length, 0, 0, ICMPV6)
    wrong.same("sum with its checksum", sum_of(pseudo + message), 0)
    flags = int.from_bytes(message[4:8], "big")
    wrong.same("flags S and O", flags & (SOLICITED | OVERRIDE), OVERRIDE)
    wrong.same("reserved bits", flags & 0x1FFFFFFF, 0)
    wrong.same("option: MAC of the target", message[24:26].hex(), "0201")
    wrong.same("MAC of the target", mac(message[26:32]), own)
    return wrong


def blind_spots(frame, host, right):
    """Bytes of a right frame that may be changed without anything being found wrong; none but those that are free."""
    kind = kind_of(frame, right.addresses)
    free = range(14, 18) if right.is_ipv6 else ()  # class and flow label, which no checksum covers
    found = []
    for at in set(range(len(frame))) - set(free):
        changed = bytearray(frame)
        changed[at] ^= 0x81
        changed = bytes(changed)
        if kind == "advert":
            wrong = advert(changed, host, right)[0]
        else:
            wrong = kind_of(changed, right.addresses) != kind or announcement(changed, host, right)
        if not wrong:
            found.append(at)
    return found
