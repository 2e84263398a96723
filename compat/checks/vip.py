"""vip.py TAG FOLDER COBNUT KEEPALIVED [quick]: what pairs of speakers do, in namespaces of this tag; see compat/README.md.

Host a has priority 150, host b 100. Exits with 1 if anything is not as it should be.
"""
import ctypes
import dataclasses
import multiprocessing
import os
import signal
import sys
import time
import traceback

import vrrp
from vip_lab import (PORT, Client, Failed, Late, Network, Owners, Service, Sniffer, Speaker, figures, now, sh, until)

KEEPALIVED, COBNUT = "keepalived", "cobnut"
PRIORITIES = {"a": 150, "b": 100}
ROUTER_ID = 51
SLACK = 0.05  # what a take-over may take longer than the RFC says
WOKEN = 3
SETTLED = 0.4
START_MAX = 30
FROZEN = 5
LIFE_MAX = 3.2  # of the address of a speaker that was killed, at 0.1 s: 2 s, and the kernel looks each second
PARENT_DIED = 1  # PR_SET_PDEATHSIG
NICE = -10  # of all that is measured, and of what measures


@dataclasses.dataclass(frozen=True)
class Setting:
    name: str
    version: int = 3
    interval: float = 0.1
    ipv6: bool = False
    unicast: bool = False
    password: str = ""
    as_v2: bool = False
    preempt: bool = True
    checks: bool = False
    announce: str = ""

    @property
    def addresses(self):
        return ["fe80::100", "fd00::100"] if self.ipv6 else ["10.0.0.100"]

    @property
    def asked(self):
        return self.addresses[-1]

    def skew(self, host):
        return (256 - PRIORITIES[host]) * (1 if self.version == 2 else self.interval) / 256

    def master_down(self, host):
        return 3 * self.interval + self.skew(host)


def keepalived_conf(setting, own, peer, folder, device=""):
    lines = [f"virtual_ipaddress {{\n{''.join(f'    {each}{prefix(each, device)}{device}{chr(10)}' for each in setting.addresses)}  }}"]
    if setting.unicast:
        lines += [f"unicast_src_ip {source(own, setting)}", f"unicast_peer {{\n    {source(peer, setting)}\n  }}"]
    if setting.password:
        lines.append(f"authentication {{\n    auth_type PASS\n    auth_pass {setting.password}\n  }}")
    if not setting.preempt:
        lines.append("nopreempt")
    if setting.checks:
        lines.append("track_script {\n    ping\n  }")
    script = f'vrrp_script ping {{\n  script "{folder}/ping"\n  interval 1\n  timeout 1\n  rise 2\n  fall 2\n}}\n'
    body = "\n  ".join(
        ["state BACKUP", "interface eth0", f"virtual_router_id {ROUTER_ID}", f"priority {PRIORITIES[own.name]}",
         f"version {setting.version}", f"advert_int {setting.interval:g}"] + lines)
    return (f"global_defs {{\n  router_id {own.name}\n  script_user root\n}}\n"
            f"{script if setting.checks else ''}vrrp_instance shop {{\n  {body}\n}}\n")


def prefix(address, device=""):
    return "/32" if device else "/64" if ":" in address else "/24"


def source(host, setting):
    return host.ipv6 if setting.ipv6 else host.ipv4


def cobnut_yml(setting, own, peer):
    rows = {
        "interface": "eth0", "router_id": ROUTER_ID, "priority": PRIORITIES[own.name], "version": setting.version,
        "addresses": "[" + ", ".join(f'"{each}{prefix(each)}"' for each in setting.addresses) + "]",
        "interval": f"{setting.interval * 1000:g} ms", "preempt": str(setting.preempt).lower(),
    }
    if setting.announce:
        rows.update(announce=setting.announce)
    if setting.unicast:
        rows.update(source=f'"{source(own, setting)}"', peers=f'["{source(peer, setting)}"]')
    if setting.password:
        rows.update(password=setting.password)
    if setting.as_v2:
        rows.update(checksum_as_v2="true")
    if setting.checks:
        rows.update(checks=f"\n      - ping 127.0.0.1:{PORT}", check="{interval: 1 s, timeout: 1 s, rise: 2, fall: 2}")
    return "vip:\n  shop:\n" + "".join(f"    {key}: {value}\n" for key, value in rows.items())


class Lab:
    """One network with one pair at a time; each method named as a scenario is one."""

    def __init__(self, tag, folder, programs, report):
        self.folder, self.programs, self.report = folder, programs, report
        os.makedirs(folder)
        with open(f"{folder}/ping", "w") as script:
            script.write(f"#!/bin/bash\nexec 3<>/dev/tcp/127.0.0.1/{PORT} && printf 'PING\\r\\n' >&3 && "
                         "read -r -t 0.5 reply <&3 && [[ $reply == +PONG* ]]\n")
        os.chmod(f"{folder}/ping", 0o755)
        self.network = Network(tag)
        self.hosts = [self.network.hosts["a"], self.network.hosts["b"]]
        self.services = {host.name: Service(host) for host in self.hosts}
        self.client = Client(self.network.hosts["client"].namespace)
        self.owners = Owners(self.hosts)
        self.sniffer = Sniffer(self.network)
        self.speakers = {host.name: Speaker(host, f"{folder}/{host.name}.log") for host in self.hosts}

    # ---- a pair ----------------------------------------------------------------------------------------------------

    def prepare(self, setting, kinds):
        """Nothing runs afterwards; files are written, and what is right is known."""
        self.setting, self.kinds = setting, kinds
        self.client.target = None
        for host in self.hosts:
            self.speakers[host.name].kill()
            self.services[host.name].is_deaf = False
            self.network.link_up(host.name)
            self.network.heal(host.name)
            if os.path.exists(self.drain_file(host.name)):
                os.unlink(self.drain_file(host.name))
            peer = self.hosts[1 - self.hosts.index(host)]
            for name, text in (("conf", keepalived_conf(setting, host, peer, self.folder)),
                               ("yml", cobnut_yml(setting, host, peer))):
                with open(f"{self.folder}/{host.name}.{name}", "w") as file:
                    file.write(text)
        by_name = {host.name: host for host in self.hosts}
        self.sniffer.expect(vrrp.Expected(
            setting.version, ROUTER_ID, setting.interval, setting.addresses, setting.password, setting.as_v2,
            {name: host.mac for name, host in by_name.items()},
            {name: source(host, setting) for name, host in by_name.items()},
            PRIORITIES, {"a": "b", "b": "a"} if setting.unicast else {},
            {name: self.hops(setting, kinds[name]) for name in by_name}))
        self.owners.watch(setting.asked)
        self.client.ask(setting.asked)

    @staticmethod
    def hops(setting, kind):
        """keepalived 2.2.7 leaves it to the kernel in unicast of IPv6, where no receiver looks at it."""
        return 64 if kind == KEEPALIVED and setting.ipv6 and setting.unicast else 255

    def pair(self, setting, kinds):
        """b first and alone, then a, which takes it: so both are known to work."""
        self.prepare(setting, kinds)
        self.start("b")
        self.becomes({"b"}, START_MAX)
        self.start("a")
        self.becomes({"a"}, START_MAX)
        time.sleep(SETTLED)

    def start(self, name, *before, conf="yml"):
        speaker = self.speakers[name]
        if self.kinds[name] == KEEPALIVED:
            files = [f"{self.folder}/{name}.pid", f"{self.folder}/{name}.vrrp.pid"]
            for file in files:
                if os.path.exists(file):  # of one that was killed
                    os.unlink(file)
            speaker.start(self.programs[KEEPALIVED], "--dont-fork", "--log-console", "--vrrp",
                          "--use-file", f"{self.folder}/{name}.conf", "--pid", files[0], "--vrrp_pid", files[1])
        else:
            speaker.start(*before, self.programs[COBNUT], "vip", "-c", f"{self.folder}/{name}.{conf}",
                          "--drain-file", self.drain_file(name))

    def drain_file(self, name):
        return f"{self.folder}/{name}.drained"

    def becomes(self, carriers, seconds):
        until(lambda: self.owners.now() == carriers, seconds, f"{' and '.join(sorted(carriers))} has the address")

    def one_owner(self, name):
        """Of the living; as the kernels say, and as the client is served."""
        if self.owners.carriers() != self.owners.now():
            raise Failed(f"carried by {sorted(self.owners.carriers())}, and told of {sorted(self.owners.now())}")
        if self.owners.now() != {name}:
            raise Failed(f"the address is carried by {' and '.join(sorted(self.owners.now())) or 'nobody'}, and not by {name}")
        until(lambda: self.client.served_by() == name, 1, f"the client is served by {name}")

    def dies(self, name):
        """From one moment to the next, as without power."""
        self.network.link_down(name)
        self.speakers[name].kill()

    def boots(self, name):
        self.network.link_up(name)
        self.start(name)

    def within(self, what, seconds, bar, since):
        """What the machine makes late is nobody's fault: a take-over is that of three programs that are woken one by one."""
        stall = WOKEN * self.client.stall(since)
        if seconds > bar + stall:
            raise Late(f"{what}: {seconds * 1000:.0f} ms (allowed: {bar * 1000:.0f}, "
                       f"and {stall * 1000:.0f} that the machine itself was late)")
        return seconds

    # ---- scenarios: each returns what is said of it ----------------------------------------------------------------

    def is_silent(self, _):
        since, seconds = now(), max(1.0, 4 * self.setting.interval)
        time.sleep(seconds)
        adverts = {name: self.sniffer.count(name, "advert", since) for name in PRIORITIES}
        if adverts["b"] or self.owners.had("b", since):
            raise Failed(f"{adverts['b']} advertisements of the backup; it {'has' if self.owners.had('b', since) else 'has not'} "
                         "had the address")
        if not 0.7 <= adverts["a"] * self.setting.interval / seconds <= 1.3:
            raise Failed(f"{adverts['a']} advertisements of the master in {seconds:.0f} s")
        return f"0 of the backup, {adverts['a']} of the master"

    def machine_dies(self, runs):
        """... and comes back."""
        outages, returns = [], []
        for run in range(runs):
            time.sleep(self.setting.interval * run / runs)
            since = now()
            self.dies("a")
            until(lambda: "b" in self.owners.now(), self.setting.master_down("b") + 2, "b takes over")
            time.sleep(SETTLED)
            outages.append(self.within("outage", self.client.gap(since), self.setting.master_down("b") + SLACK, since))
            if self.client.served_by() != "b":
                raise Failed("the client is not served by b")
            if self.sniffer.count("b", "announcement", since) < 5 * len(self.setting.addresses):
                raise Failed("b has announced itself less than five times")
            since = now()
            self.boots("a")
            self.becomes({"a"}, START_MAX)
            time.sleep(SETTLED)
            self.one_owner("a")
            returns.append(self.within("outage at its return", self.client.gap(since), 0.5, since))
        return f"{figures(outages)}; returns: {figures(returns)}"

    def sigterm(self, runs):
        outages = []
        for run in range(runs):
            time.sleep(self.setting.interval * run / runs)
            since = now()
            self.speakers["a"].terminate()
            until(lambda: "b" in self.owners.now(), self.setting.master_down("b") + 2, "b takes over")
            time.sleep(SETTLED)
            outages.append(self.within("outage", self.client.gap(since), self.setting.skew("b") + SLACK, since))
            self.one_owner("b")
            self.within("two owners", self.owners.time_with(2, since), 0.01, since)
            if self.sniffer.count("a", "advert", since, 0) < 1:
                raise Failed("a has not said that it leaves")
            code = self.speakers["a"].exits(5)
            if code:
                raise Failed(f"a exits with {code} (expected: 0)")
            self.start("a")
            self.becomes({"a"}, START_MAX)
            time.sleep(SETTLED)
        return figures(outages)

    def splits_and_heals(self, runs):
        is_reference = KEEPALIVED == self.kinds["a"] == self.kinds["b"]
        gaps, dead, both = [], 0, []
        for run in range(runs):
            since = now()
            self.network.cut("a")
            self.becomes({"a", "b"}, self.setting.master_down("b") + 1)
            # whose advertisement comes first after it decides who learns of whom
            time.sleep(SETTLED + self.setting.interval * run / runs)
            healed = now()
            self.network.heal("a")
            time.sleep(1)
            if self.owners.now() != {"a"}:
                raise Failed(f"a second after the network has healed the address is carried by {sorted(self.owners.now())}")
            both.append(self.owners.time_with(2, healed))
            if is_reference:
                gaps.append(self.client.gap(since, healed))
                time.sleep(0 if self.client.served_by() else 5)
                if not self.client.served_by():
                    dead += 1
                    sh("ip", "-n", self.network.hosts["client"].namespace, "neigh", "flush", "all")
                    until(self.client.served_by, 2, "served")
                    time.sleep(SETTLED)
            else:
                gaps.append(self.within("gap", self.client.gap(since), 1.0, since))
                self.one_owner("a")
        heals = f"; {dead} of {runs} times nobody after 6 s" if is_reference else f"; one owner {runs} of {runs} times"
        return f"{figures(gaps)}{heals}, after {figures(both)}"

    def speaker_is_killed(self, runs):
        """... with the link up: its kernel still has the address."""
        outages, owned = [], []
        for _ in range(runs):
            since = now()
            self.speakers["a"].kill()
            until(lambda: "b" in self.owners.now(), self.setting.master_down("b") + 2, "b takes over")
            if self.kinds["a"] == COBNUT:
                until(lambda: self.owners.now() == {"b"}, LIFE_MAX + 2, "a loses the address")
                owned.append(self.within("a has had the address for", now() - since, LIFE_MAX, since))
            time.sleep(SETTLED)
            outages.append(self.within("outage", self.client.gap(since), self.setting.master_down("b") + SLACK, since))
            restarted = now()
            self.start("a")
            # keepalived removes what is left when it starts
            until(lambda: self.owners.now() == {"b"}, START_MAX, "the address is b's alone")
            alone = now()
            self.becomes({"a"}, START_MAX)
            time.sleep(SETTLED)
            self.one_owner("a")
            self.within("two owners after the restart", self.owners.time_with(2, alone), 0.1, restarted)
        return f"outage {figures(outages)}; the dead one had it for {figures(owned) if owned else 'as long as it was dead'}"

    def speaker_stands_still(self, _):
        since = now()
        self.speakers["a"].signal(signal.SIGSTOP)
        time.sleep(FROZEN)
        if "b" not in self.owners.now():
            raise Failed("b has not taken over")
        both = self.owners.time_with(2, since)
        goes_on = now()
        self.speakers["a"].signal(signal.SIGCONT)
        time.sleep(1)
        self.one_owner("a")
        self.within("outage", self.client.gap(since), self.setting.master_down("b") + SLACK, since)
        return (f"two owners {figures([both])} of {FROZEN} s, and {figures([self.owners.time_with(2, goes_on)])} afterwards; "
                f"outage {figures([self.client.gap(since)])}")

    def behind_it_fails(self, _):
        since = now()
        self.services["a"].is_deaf = True
        self.becomes({"b"}, 10)
        time.sleep(SETTLED)
        # two intervals, the phase of the first one, and its timeout
        outage = self.within("outage", self.client.gap(since), 3 + self.setting.skew("b") + SLACK, since)
        self.one_owner("b")
        since = now()
        self.services["a"].is_deaf = False
        self.becomes({"a"}, 10)
        time.sleep(SETTLED)
        self.one_owner("a")
        return f"{figures([outage])}; back: {figures([self.within('outage', self.client.gap(since), 0.5, since)])}"

    def no_preemption(self, _):
        self.prepare(self.setting, self.kinds)
        self.start("a")
        self.becomes({"a"}, START_MAX)
        self.start("b")
        time.sleep(2 if self.kinds["b"] == COBNUT else 1)
        self.dies("a")
        until(lambda: "b" in self.owners.now(), START_MAX, "b takes over")
        self.network.link_up("a")
        since = now()
        self.start("a")
        time.sleep(3)
        if self.owners.time_with(1, since) < now() - since - SLACK:
            raise Failed("it is not one owner all the time")
        self.one_owner("b")
        if not self.speakers["a"].pids():
            raise Failed("a does not run")
        return "b keeps it"

    def drain(self, _):
        since = now()
        self.vip("drain")
        self.becomes({"b"}, 0.5)  # `drain` waits until the address is gone
        time.sleep(SETTLED)
        outage = self.within("outage", self.client.gap(since), self.setting.skew("b") + SLACK, since)
        self.one_owner("b")
        since = now()
        self.vip("undrain")
        self.becomes({"a"}, 10)
        time.sleep(SETTLED)
        self.one_owner("a")
        return f"{figures([outage])}; back: {figures([self.within('outage', self.client.gap(since), 0.5, since)])}"

    def vip(self, order):
        done = sh("nice", "-n", str(-NICE), "ip", "netns", "exec", self.hosts[0].namespace, self.programs[COBNUT], "vip", order,
                  "--drain-file", self.drain_file("a"), check=False)
        if done.returncode:
            raise Failed(f"`cobnut vip {order}` exits with {done.returncode}: {(done.stderr + done.stdout).strip()}")

    def address_is_refused(self, _):
        """The interface that is to carry it goes away under a master; an address with `dev` is a matter of keepalived.conf."""
        a, b = self.hosts
        self.prepare(self.setting, self.kinds)
        with open(f"{self.folder}/a.device", "w") as file:
            file.write(keepalived_conf(self.setting, a, b, self.folder, " dev eth9"))
        self.start("b")
        self.becomes({"b"}, START_MAX)
        self.network.second_link("a", "eth9")
        self.start("a", conf="device")
        self.becomes({"a"}, START_MAX)
        time.sleep(SETTLED)
        self.one_owner("a")
        since = now()
        sh("ip", "-n", a.namespace, "link", "del", "eth9")
        self.becomes({"b"}, 2)
        time.sleep(SETTLED)
        # the kernel takes a while between the address and the link
        outage = self.within("outage", self.client.gap(since), self.setting.skew("b") + 2 * SLACK, since)
        self.one_owner("b")
        time.sleep(2)
        self.one_owner("b")
        if self.owners.time_with(0, now() - 2):
            raise Failed("nobody has the address from time to time")
        return figures([outage])

    def right_is_missing(self, _):
        """No NET_ADMIN, so that it can speak, and cannot carry."""
        self.prepare(self.setting, self.kinds)
        self.start("b")
        self.becomes({"b"}, START_MAX)
        time.sleep(SETTLED)
        since, said_before = now(), os.path.getsize(f"{self.folder}/a.log")
        self.start("a", "setpriv", "--bounding-set", "-net_admin", "--inh-caps", "-net_admin")
        until(lambda: "NET_ADMIN" in self.said("a", said_before), START_MAX, "a names NET_ADMIN")
        time.sleep(1)
        self.one_owner("b")
        self.within("outage", self.client.gap(since), 0.1, since)
        runs = bool(self.speakers["a"].pids())
        return "b keeps it; a says so, and " + ("does not take it" if runs else f"exits with {self.speakers['a'].process.poll()}")

    def said(self, name, since):
        with open(self.speakers[name].log, errors="replace") as log:
            log.seek(since)
            return log.read()

    # ---- all of one setting ----------------------------------------------------------------------------------------

    def run(self, setting, kinds, scenarios):
        """Scenarios, each with how often what it measures is done. What is late, and nothing worse, is tried once more."""
        self.is_there = False
        for scenario, runs in scenarios:
            for is_last in (False, True):
                wrong, logs, figure = [], None, ""
                try:
                    figure = self.scenario(setting, kinds, scenario, runs)
                except (Failed, OSError) as e:
                    self.is_there = False
                    if isinstance(e, Late) and not is_last:
                        self.report({"late": f"{kinds['a']} -> {kinds['b']}, {setting.name}, {words(scenario)}: {e}; once more"})
                        continue
                    wrong, logs = [str(e)], self.tails()
                self.say(setting, kinds, scenario, figure, wrong + self.deviations(), logs)
                break

    def scenario(self, setting, kinds, scenario, runs):
        own = {"no_preemption": {"preempt": False}, "behind_it_fails": {"checks": True}}.get(scenario, {})
        prepares_itself = scenario in ("no_preemption", "address_is_refused", "right_is_missing")
        if own or prepares_itself:
            self.is_there = False
        self.setting, self.kinds = dataclasses.replace(setting, **own), kinds
        if not prepares_itself and not self.is_there:
            self.pair(self.setting, kinds)
            self.is_there = not own
        return getattr(self, scenario)(runs)

    def deviations(self):
        found = [f"{each} ({count} times)" for each, count in self.sniffer.wrong.items()]
        self.sniffer.wrong.clear()
        for (name, kind), frame in list(self.sniffer.good.items()):
            for at in vrrp.blind_spots(frame, name, self.sniffer.right):
                found.append(f"a change of byte {at} of an {kind} of {name} is not noticed")
        return found

    def tails(self):
        return {name: tail(speaker.log) for name, speaker in self.speakers.items() if os.path.exists(speaker.log)}

    def say(self, setting, kinds, scenario, figure, wrong, logs=None):
        self.report({"setting": setting.name, "pair": f"{kinds['a']} -> {kinds['b']}", "scenario": words(scenario),
                     "figure": figure, "wrong": wrong, "logs": logs or {}})

    def end(self):
        for speaker in self.speakers.values():
            speaker.kill()
        seen = {kind: sum(1 for each in self.sniffer.seen if each[2] == kind) for kind in ("advert", "announcement")}
        self.report({"looked at": seen})


def words(name):
    return name.replace("_", " ")


def tail(path, lines=15):
    with open(path, errors="replace") as log:
        return log.read().splitlines()[-lines:]


# ---- what is tried -------------------------------------------------------------------------------------------------------

V3 = Setting("v3 0.1 s")
SLOW = [Setting("v2 1 s", version=2, interval=1), Setting("v2 1 s PASS", version=2, interval=1, password="of-both"),
        Setting("v2 1 s unicast", version=2, interval=1, unicast=True), Setting("v3 1 s", interval=1)]
FAST = [Setting("v3 0.1 s unicast", unicast=True), Setting("v3 0.1 s IPv6", ipv6=True),
        Setting("v3 0.1 s IPv6 unicast", ipv6=True, unicast=True)]
AS_V2 = Setting("v3 0.1 s, sum as v2", as_v2=True)
REFERENCE = {"a": KEEPALIVED, "b": KEEPALIVED}
MIXED = [{"a": KEEPALIVED, "b": COBNUT}, {"a": COBNUT, "b": KEEPALIVED}]
OWN = {"a": COBNUT, "b": COBNUT}


def main_series(kinds, runs, heals):
    """keepalived as b yields in silence: what a says from time to time is all that puts the neighbours right then."""
    setting = dataclasses.replace(V3, announce="{delay: 500 ms, refresh: 500 ms}") if kinds == MIXED[1] else V3
    scenarios = [("is_silent", 1), ("machine_dies", runs), ("sigterm", runs), ("splits_and_heals", heals),
                 ("speaker_is_killed", max(1, runs // 2)), ("speaker_stands_still", 1), ("no_preemption", 1),
                 ("behind_it_fails", 1)]
    if kinds["a"] == COBNUT:
        scenarios += [("drain", 1), ("address_is_refused", 1), ("right_is_missing", 1)]
    return setting, kinds, scenarios


def short(setting, kinds, runs=1):
    return setting, kinds, [("is_silent", 1), ("machine_dies", runs), ("sigterm", runs)]


def plan(is_quick, has_cobnut):
    """-> groups, one after the other; each a list of labs that work at the same time, each a list of what it does in turn."""
    pairs = MIXED + [OWN] if has_cobnut else []
    if is_quick:
        return [[[main_series(kinds, 1, 3)] for kinds in pairs]]
    series = [main_series(REFERENCE, 5, 8)] + [main_series(kinds, 5, 20) for kinds in pairs]
    slow = [[short(SLOW[0], REFERENCE, 5)]] + [
        [short(setting, kinds, 5 if setting is SLOW[0] else 1) for setting in SLOW] for kinds in pairs]
    fast = [short(setting, kinds) for kinds in pairs for setting in FAST] + [short(AS_V2, OWN)] * has_cobnut
    return [[series[::2], series[1::2]], slow + [fast]]


def work(tag, folder, programs, todo, reports):
    ctypes.CDLL(None).prctl(PARENT_DIED, signal.SIGKILL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.nice(NICE)
    try:
        lab = Lab(tag, folder, programs, reports.put)
        for setting, kinds, scenarios in todo:
            lab.run(setting, kinds, scenarios)
        lab.end()
    except BaseException:
        reports.put({"broken": traceback.format_exc()})
        raise
    finally:
        reports.put(None)


def table(rows):
    columns = list(dict.fromkeys(row["pair"] for row in rows))
    lines = dict.fromkeys((row["setting"], row["scenario"]) for row in rows)
    found = {(row["setting"], row["scenario"], row["pair"]): "FAILED" if row["wrong"] else row["figure"] for row in rows}
    print("\n| " + " | ".join(["", ""] + columns) + " |\n|" + " --- |" * (len(columns) + 2))
    for line in lines:
        print("| " + " | ".join(list(line) + [found.get(line + (column,), "") for column in columns]) + " |")


def main():
    tag, folder, cobnut, keepalived = sys.argv[1:5]
    is_quick = "quick" in sys.argv[5:]
    signal.signal(signal.SIGTERM, lambda *_: os._exit(143))
    rows, failures, looked_at = [], 0, {"advert": 0, "announcement": 0}
    reports = multiprocessing.Queue()
    for number, group in enumerate(plan(is_quick, bool(cobnut))):
        labs = [multiprocessing.Process(
            target=work, daemon=True,
            args=(f"{tag}-{number}{place}", f"{folder}/{number}{place}", {COBNUT: cobnut, KEEPALIVED: keepalived}, todo, reports))
            for place, todo in enumerate(group)]
        for lab in labs:
            lab.start()
        ended = 0
        while ended < len(labs):
            report = reports.get()
            if report is None:
                ended += 1
            elif "broken" in report:
                failures += 1
                print(report["broken"], flush=True)
            elif "late" in report:
                print(f"late    {report['late']}", flush=True)
            elif "looked at" in report:
                for kind, count in report["looked at"].items():
                    looked_at[kind] += count
            else:
                rows.append(report)
                failures += bool(report["wrong"])
                print(f"{'FAILED' if report['wrong'] else 'ok':7} {report['pair']:24} {report['setting']:22} "
                      f"{report['scenario']:22} {report['figure']}", flush=True)
                for each in report["wrong"]:
                    print(f"        {each}", flush=True)
                for name, lines in report["logs"].items():
                    print("\n".join([f"        log of {name}:"] + [f"          {line}" for line in lines]), flush=True)
        for lab in labs:
            lab.join()
    table(rows)
    print(f"\n{looked_at['advert']} advertisements and {looked_at['announcement']} announcements were looked at; "
          f"{len(rows)} scenarios, {failures} failed")
    sys.exit(1 if failures or not rows else 0)


if __name__ == "__main__":
    main()
