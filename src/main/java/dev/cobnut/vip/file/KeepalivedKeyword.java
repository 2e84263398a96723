package dev.cobnut.vip.file;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Words of a keepalived.conf that have no effect here, and what that means; what is not in these tables, and not
/// read either, is said to be unknown. Pure.
final class KeepalivedKeyword {
    private static final String NO_MAIL = "no mail is sent";
    private static final String OWN_USER = "programs run as the user of this process";
    private static final String OWN_PROCESS = "it is about keepalived's own process";
    private static final String NO_ROUTES = "routes and rules are not moved";
    private static final String OWN_MAC =
            "the interface's own MAC address is used, as keepalived does without it; neighbours are told, and do not care";

    /// At the top level.
    private static final Map<String, String> TOP = Map.of(
            "vrrp_sync_group", "each instance moves by itself",
            "virtual_server", "connections are not balanced here",
            "virtual_server_group", "connections are not balanced here",
            "static_ipaddress", "only addresses that move are looked after",
            "static_routes", NO_ROUTES,
            "static_rules", NO_ROUTES,
            "vrrp_track_process", "processes are not looked for; a vrrp_script can ask one",
            "vrrp_track_file", "files are not looked at; a vrrp_script can read one",
            "track_file", "files are not looked at; a vrrp_script can read one",
            "bfd_instance", "BFD is not spoken");

    /// In `global_defs`.
    private static final Map<String, String> GLOBAL = Map.ofEntries(
            Map.entry("notification_email", NO_MAIL),
            Map.entry("notification_email_from", NO_MAIL),
            Map.entry("smtp_server", NO_MAIL),
            Map.entry("smtp_connect_timeout", NO_MAIL),
            Map.entry("smtp_helo_name", NO_MAIL),
            Map.entry("smtp_alert", NO_MAIL),
            Map.entry("smtp_alert_vrrp", NO_MAIL),
            Map.entry("script_user", OWN_USER),
            Map.entry("enable_script_security", OWN_USER + ", who should not be root"),
            Map.entry("vrrp_strict", "no rule of the standard is enforced beyond those that hold here anyway"),
            Map.entry(
                    "vrrp_skip_check_adv_addr",
                    "addresses of each message are compared; a difference is a warning, and the message counts"),
            Map.entry("vrrp_garp_interval", "there is no pause between announcements"),
            Map.entry("vrrp_gna_interval", "there is no pause between announcements"),
            Map.entry(
                    "vrrp_garp_lower_prio_delay", "who has less priority is answered as a new master announces itself"),
            Map.entry(
                    "vrrp_garp_lower_prio_repeat",
                    "who has less priority is answered as a new master announces itself"),
            Map.entry("vrrp_lower_prio_no_advert", "who has less priority is answered at once, always"),
            Map.entry("vrrp_min_garp", "the number of announcements is as said elsewhere"),
            Map.entry("vrrp_check_unicast_src", "who is no peer is never heard"),
            Map.entry("vrrp_startup_delay", "it begins at once, as backup"),
            Map.entry("vrrp_down_timer_adverts", "three messages have to be missed, always"),
            Map.entry("vrrp_notify_fifo", "there is no FIFO; notify programs run one after the other"),
            Map.entry("vrrp_notify_fifo_script", "there is no FIFO; notify programs run one after the other"),
            Map.entry("notify_fifo", "there is no FIFO; notify programs run one after the other"),
            Map.entry("vrrp_iptables", "no rules of a firewall are made"),
            Map.entry("vrrp_ipsets", "no rules of a firewall are made"),
            Map.entry("nftables", "no rules of a firewall are made"),
            Map.entry("dynamic_interfaces", "an interface may always come later"),
            Map.entry("vrrp_priority", OWN_PROCESS),
            Map.entry("vrrp_no_swap", OWN_PROCESS),
            Map.entry("vrrp_rt_priority", OWN_PROCESS),
            Map.entry("vrrp_rlimit_rttime", OWN_PROCESS),
            Map.entry("max_auto_priority", OWN_PROCESS),
            Map.entry("process_names", OWN_PROCESS),
            Map.entry("enable_snmp_vrrp", "SNMP is not spoken"),
            Map.entry("enable_dbus", "D-Bus is not spoken"),
            Map.entry("lvs_sync_daemon", "connections are not balanced here"));

    /// In a `vrrp_instance`.
    private static final Map<String, String> INSTANCE = Map.ofEntries(
            Map.entry("use_vmac", OWN_MAC),
            Map.entry("use_vmac_addr", OWN_MAC),
            Map.entry("vmac_xmit_base", OWN_MAC),
            Map.entry("use_ipvlan", OWN_MAC),
            Map.entry("garp_extra_if", OWN_MAC),
            Map.entry("vrf", "no VRF is chosen"),
            Map.entry("native_ipv6", "the addresses say which family it is"),
            Map.entry("dont_track_primary", "without its interface nobody is master"),
            Map.entry("track_src_ip", "without its source nobody is master, always"),
            Map.entry("track_file", "files are not looked at; a vrrp_script can read one"),
            Map.entry("track_process", "processes are not looked for; a vrrp_script can ask one"),
            Map.entry("track_bfd", "BFD is not spoken"),
            Map.entry("check_unicast_src", "who is no peer is never heard"),
            Map.entry("unicast_fault_no_peer", "without peers multicast is spoken"),
            Map.entry("unicast_ttl", "messages have 255 hops"),
            Map.entry("garp_lower_prio_delay", "who has less priority is answered as a new master announces itself"),
            Map.entry("garp_lower_prio_repeat", "who has less priority is answered as a new master announces itself"),
            Map.entry("lower_prio_no_advert", "who has less priority is answered at once, always"),
            Map.entry("down_timer_adverts", "three messages have to be missed, always"),
            Map.entry("promote_secondaries", "no setting of the kernel is changed"),
            Map.entry("virtual_routes", NO_ROUTES),
            Map.entry("virtual_rules", NO_ROUTES),
            Map.entry("no_accept", "the machine answers at the addresses"),
            Map.entry(
                    "skip_check_adv_addr",
                    "addresses of each message are compared; a difference is a warning, and the message counts"),
            Map.entry("strict_mode", "no rule of the standard is enforced beyond those that hold here anyway"),
            Map.entry("notify_deleted", "it is not told"),
            Map.entry("notify_master_rx_lower_pri", "it is not told"),
            Map.entry("notify_priority_changes", "it is told of changes of state only"),
            Map.entry("smtp_alert", NO_MAIL),
            Map.entry("lvs_sync_daemon_interface", "connections are not balanced here"),
            Map.entry("linkbeat_use_polling", "the kernel tells when a link changes"),
            Map.entry("kernel_rx_buf_size", OWN_PROCESS),
            Map.entry("debug", OWN_PROCESS));

    /// In a `vrrp_script`.
    private static final Map<String, String> SCRIPT = Map.of("user", OWN_USER);

    /// Behind an address that moves.
    private static final Map<String, String> ADDRESS = Map.of(
            "brd", "a broadcast address is not set",
            "peer", "an address of a peer is not set",
            "use_vmac", OWN_MAC,
            "preferred_lft", "its lifetimes are those of the speaker",
            "no_track", "it is carried again when somebody takes it away");

    private KeepalivedKeyword() {}

    /// Where a word stands.
    enum Place {
        TOP,
        GLOBAL,
        INSTANCE,
        SCRIPT,
        ADDRESS;

        /// What it means that a word has no effect; null for one that nobody knows.
        @Nullable
        String meaning(String word) {
            return switch (this) {
                case TOP -> KeepalivedKeyword.TOP.get(word);
                case GLOBAL -> KeepalivedKeyword.GLOBAL.get(word);
                case INSTANCE -> KeepalivedKeyword.INSTANCE.get(word);
                case SCRIPT -> KeepalivedKeyword.SCRIPT.get(word);
                case ADDRESS -> KeepalivedKeyword.ADDRESS.get(word);
            };
        }
    }
}
