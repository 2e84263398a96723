"""One pair of speakers at a time, and what becomes of it when machines die, networks are cut, programs stand still."""
import dataclasses
import os
import signal
import time

import vrrp
from vip_files import COBNUT, KEEPALIVED, PRIORITIES, ROUTER_ID, cobnut_yml, keepalived_conf, source
from vip_lab import (
    PORT, Client, Failed, Late, Network, Owners, Service, Sniffer, Speaker, figures, now, sh, until)

SLACK = 0.05  # what a take-over may take longer than the RFC says
WOKEN = 3
SETTLED = 0.4
START_MAX = 60  # a JVM on a machine that is busy with others
FROZEN = 5
LIFE_MAX = 3.2  # of the address of a speaker that was killed, at 0.1 s: 2 s, and the kernel looks each second
NICE = -10  # of all that is measured, and of what measures


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
            carriers = " and ".join(sorted(self.owners.now())) or "nobody"
            raise Failed(f"the address is carried by {carriers}, and not by {name}")
        until(lambda: self.client.served_by() == name, 1, f"the client is served by {name}")

    def dies(self, name):
        """From one moment to the next, as without power."""
        self.network.link_down(name)
        self.speakers[name].kill()

    def boots(self, name):
        self.network.link_up(name)
        self.start(name)

    def within(self, what, seconds, bar, since):
        """What the machine makes late is nobody's fault: a take-over is three programs that are woken one by one."""
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
            carried = "has" if self.owners.had("b", since) else "has not"
            raise Failed(f"{adverts['b']} advertisements of the backup, which {carried} had the address")
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
            until(lambda: self.client.served_by() == "b", 1, "the client is served by b")
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
                raise Failed(f"carried by {sorted(self.owners.now())} a second after the network has healed")
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
        kept = figures(owned) if owned else "as long as it was dead"
        return f"outage {figures(outages)}; the dead one had it for {kept}"

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
        afterwards = self.owners.time_with(2, goes_on)
        return (f"two owners {figures([both])} of {FROZEN} s, and {figures([afterwards])} afterwards; "
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
        done = sh("nice", "-n", str(-NICE), "ip", "netns", "exec", self.hosts[0].namespace,
                  self.programs[COBNUT], "vip", order, "--drain-file", self.drain_file("a"), check=False)
        if done.returncode:
            raise Failed(f"`cobnut vip {order}` exits with {done.returncode}: {(done.stderr + done.stdout).strip()}")

    def address_is_refused(self, _):
        """The interface that is to carry it goes away under a master; `dev` is a matter of keepalived.conf."""
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
        code = self.speakers["a"].process.poll()
        return "b keeps it; a says so, and " + ("does not take it" if code is None else f"exits with {code}")

    def said(self, name, since):
        with open(self.speakers[name].log, errors="replace") as log:
            log.seek(since)
            return log.read()

    # ---- all of one setting ----------------------------------------------------------------------------------------

    def run(self, setting, kinds, scenarios):
        """Scenarios, each with how often what it measures is done. What is only late is tried once more."""
        self.is_there = False
        for scenario, runs in scenarios:
            for is_last in (False, True):
                wrong, logs, figure = [], None, ""
                try:
                    figure = self.scenario(setting, kinds, scenario, runs)
                except (Failed, OSError) as e:
                    self.is_there = False
                    if isinstance(e, Late) and not is_last:
                        which = f"{kinds['a']} -> {kinds['b']}, {setting.name}, {words(scenario)}"
                        self.report({"late": f"{which}: {e}; once more"})
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
