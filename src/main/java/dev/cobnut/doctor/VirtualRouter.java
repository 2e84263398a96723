package dev.cobnut.doctor;

import dev.cobnut.blueprint.Blueprint.Speaker;
import dev.cobnut.config.AddressText;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One virtual router of a keepalived.conf, or of the file of a `cobnut vip`.
///
/// @param at where it begins
/// @param file that it stands in: one host
/// @param speaker whose file that is
/// @param id 1 to 255; 0 for none
/// @param priority default 100
/// @param addresses that it holds and says, as they stand there, sorted
/// @param speech how it speaks
/// @param checks those that it depends on
/// @param strict whether the file says `vrrp_strict`
/// @param settings its keys; of keepalived the lines of its block, and as `BLOCK/` and their first word those of blocks
/// inside, and those of `global_defs` of its file, too
public record VirtualRouter(
        String at,
        String file,
        Speaker speaker,
        String name,
        int id,
        int priority,
        List<String> addresses,
        Speech speech,
        List<Check> checks,
        boolean strict,
        Settings settings) {

    /// How a router speaks, which has to be the same on all of its hosts.
    ///
    /// @param version of VRRP, 2 or 3
    /// @param intervalMillis between advertisements
    /// @param password empty for none; null for one that is not in the file
    /// @param unicast whether it speaks to some addresses alone
    public record Speech(
            int version, long intervalMillis, @Nullable String password, boolean unicast) {
        /// What the other does otherwise, each as: this, and that; without passwords.
        List<String> differences(Speech other) {
            List<String> differences = new ArrayList<>();
            if (version != other.version) {
                differences.add("speaks version " + version + " of VRRP, and " + other.version);
            } else if (version == 2 && intervalMillis != other.intervalMillis) {
                differences.add(
                        "advertises every " + intervalMillis + " ms, and every " + other.intervalMillis + " ms");
            }
            if (password != null && other.password != null && !password.equals(other.password)) {
                differences.add("has one password, and another");
            }
            if (unicast != other.unicast) {
                differences.add(
                        unicast ? "speaks to its peers, and by multicast" : "speaks by multicast, and to its peers");
            }
            return differences;
        }
    }

    /// What is looked at again and again, such as a `vrrp_script`.
    ///
    /// @param at where it begins
    /// @param command what is run; empty for what the speaker asks itself
    /// @param weight what its result adds to the priority; 0 for one that takes the address away whatever the priorities are
    public record Check(String at, String name, String command, int weight) {}

    /// The interface that it speaks on; empty when the file names none.
    public String networkInterface() {
        return settings.text("interface", "");
    }

    /// The address that it speaks from; empty when the file names none.
    public String source() {
        return settings.text(speaker == Speaker.COBNUT ? "source" : "unicast_src_ip", "");
    }

    /// Whether it and another are one virtual router, or should be: of different files, with one number, and addresses of one
    /// family.
    boolean isOn(VirtualRouter other) {
        return id == other.id && !file.equals(other.file) && isIpv6() == other.isIpv6();
    }

    /// Whether both hold the same addresses.
    boolean hasAddressesOf(VirtualRouter other) {
        return literal(addresses).equals(literal(other.addresses));
    }

    /// Without prefixes, which are each host's own matter, and in one form.
    static Set<String> literal(Collection<String> addresses) {
        Set<String> literal = new HashSet<>();
        for (String each : addresses) {
            String address = each.replaceFirst("/.*", "");
            literal.add(
                    AddressText.isAddress(address)
                            ? InetAddress.ofLiteral(address).getHostAddress()
                            : address);
        }
        return literal;
    }

    private boolean isIpv6() {
        return !addresses.isEmpty() && addresses.getFirst().indexOf(':') >= 0;
    }

    public VirtualRouter {
        addresses = List.copyOf(addresses);
        checks = List.copyOf(checks);
    }
}
