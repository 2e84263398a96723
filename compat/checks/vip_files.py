"""What a pair is told: settings, and the files in which keepalived and Cobnut read them."""
import dataclasses

from vip_lab import PORT

KEEPALIVED, COBNUT = "keepalived", "cobnut"
PRIORITIES = {"a": 150, "b": 100}
ROUTER_ID = 51


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
    carried = "".join(f"    {each}{prefix(each, device)}{device}\n" for each in setting.addresses)
    lines = [f"virtual_ipaddress {{\n{carried}  }}"]
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
    if setting.unicast:
        rows.update(source=f'"{source(own, setting)}"', peers=f'["{source(peer, setting)}"]')
    if setting.password:
        rows.update(password=setting.password)
    if setting.as_v2:
        rows.update(checksum_as_v2="true")
    if setting.checks:
        rows.update(checks=f"\n      - ping 127.0.0.1:{PORT}", check="{interval: 1 s, timeout: 1 s, rise: 2, fall: 2}")
    return "vip:\n  shop:\n" + "".join(f"    {key}: {value}\n" for key, value in rows.items())
