"""vip.py TAG FOLDER COBNUT KEEPALIVED [quick]: pairs of speakers in namespaces of this tag; see compat/README.md.

Host a has priority 150, host b 100. Exits with 1 if anything is not as it should be.
"""
import ctypes
import multiprocessing
import os
import signal
import sys
import traceback

from vip_files import COBNUT, KEEPALIVED, Setting
from vip_pairs import NICE, Lab

PARENT_DIED = 1  # PR_SET_PDEATHSIG

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
    scenarios = [("is_silent", 1), ("machine_dies", runs), ("sigterm", runs), ("splits_and_heals", heals),
                 ("speaker_is_killed", max(1, runs // 2)), ("speaker_stands_still", 1), ("no_preemption", 1),
                 ("behind_it_fails", 1)]
    if kinds["a"] == COBNUT:
        scenarios += [("drain", 1), ("address_is_refused", 1), ("right_is_missing", 1)]
    return V3, kinds, scenarios


def short(setting, kinds, runs=1):
    return setting, kinds, [("is_silent", 1), ("machine_dies", runs), ("sigterm", runs)]


def plan(is_quick, has_cobnut):
    """-> groups, one after the other; each a list of labs, which work at the same time; each a list of what it does."""
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
    found = {(row["setting"], row["scenario"], row["pair"]): "FAILED" if row["wrong"] else row["figure"]
             for row in rows}
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
            args=(f"{tag}-{number}{place}", f"{folder}/{number}{place}",
                  {COBNUT: cobnut, KEEPALIVED: keepalived}, todo, reports))
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
