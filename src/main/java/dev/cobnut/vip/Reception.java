package dev.cobnut.vip;

import dev.cobnut.vip.vrrp.Advert;
import dev.cobnut.vip.vrrp.Packet;
import dev.cobnut.vip.vrrp.Rejection;
import dev.cobnut.vip.vrrp.RouterSettings;
import dev.cobnut.vip.vrrp.VirtualAddress;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Tells apart what is heard by one virtual router: counts it, and warns of what ends in two masters. One thread.
final class Reception {
    private static final int BYTE = 0xFF;

    private final RouterSettings settings;
    private final Warnings warnings;
    private final Map<Rejection, Long> rejected = new EnumMap<>(Rejection.class);
    private long received;
    private long otherAddresses;

    Reception(RouterSettings settings, Warnings warnings) {
        this.settings = settings;
        this.warnings = warnings;
    }

    /// The advertisement in a message; null when it is for another router, or not believed.
    @Nullable
    Advert hear(Packet packet) {
        if (!Advert.isFor(settings, packet.message())) {
            if (Advert.lists(settings, packet.message())) {
                otherRouter(packet);
            }
            return null;
        }
        try {
            Advert advert = Advert.read(settings, packet);
            received++;
            compareAddresses(packet, advert);
            return advert;
        } catch (Advert.Rejected e) {
            rejected.merge(e.kind(), 1L, Long::sum);
            warnings.warn(
                    "rejected " + e.kind(),
                    () -> "%s: an advertisement of %s is not believed: %s. While that goes on both may carry %s."
                            .formatted(settings.name(), sender(packet), e.getMessage(), addresses()));
            return null;
        }
    }

    private void otherRouter(Packet packet) {
        warnings.warn(
                "other router",
                () -> "%s: %s advertises %s with router_id %d (here: %d). Make them the same, or both carry it."
                        .formatted(
                                settings.name(),
                                sender(packet),
                                addresses(),
                                packet.message()[1] & BYTE,
                                settings.id()));
    }

    private void compareAddresses(Packet packet, Advert advert) {
        Set<InetAddress> own = new HashSet<>(settings.advertised());
        if (!own.equals(new HashSet<>(advert.addresses()))) {
            otherAddresses++;
            warnings.warn(
                    "addresses",
                    () ->
                            "%s: %s advertises %s (here: %s). Make them the same: keepalived drops what differs, and then both carry them."
                                    .formatted(
                                            settings.name(),
                                            sender(packet),
                                            names(advert.addresses()),
                                            names(settings.advertised())));
        }
    }

    private static String sender(Packet packet) {
        return packet.source().getHostAddress();
    }

    private static String names(List<InetAddress> addresses) {
        return addresses.isEmpty()
                ? "no address"
                : String.join(
                        ", ",
                        addresses.stream().map(InetAddress::getHostAddress).toList());
    }

    private String addresses() {
        return String.join(
                ", ",
                settings.addresses().stream().map(VirtualAddress::toString).toList());
    }

    /// Advertisements that were believed.
    long received() {
        return received;
    }

    /// Those that were not, by kind; kinds that never came are missing.
    Map<Rejection, Long> rejected() {
        return Map.copyOf(rejected);
    }

    /// Those whose addresses are not ours.
    long otherAddresses() {
        return otherAddresses;
    }
}
