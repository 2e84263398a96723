package dev.cobnut.config;

import dev.cobnut.topology.NodeAddress;
import org.jspecify.annotations.Nullable;

/// One line of `servers:` in nutcracker's form, or one entry of `shards:` in `cobnut.yml`.
///
/// @param address where the server listens; null for a shard that is named only by its Sentinel master name
/// @param weight 1 or more
/// @param ringName what is hashed onto the ring: the given name, or what nutcracker makes of the address
/// @param masterName the Sentinel master name; null in nutcracker's form, where Sentinel decides by name or address
/// @param line where it stands in the file, from 1
public record ServerConfig(
        @Nullable NodeAddress address,
        int weight,
        String ringName,
        @Nullable String masterName,
        int line) {

    static final String FORMS = "HOST:PORT:WEIGHT or /PATH:WEIGHT, each with an optional NAME after a blank";

    /// libmemcached leaves its default port out of what it hashes, so nutcracker does.
    private static final int PORT_LEFT_OUT_OF_RING_NAME = 11211;

    /// Reads a line of `servers:` from its right end, as nutcracker does: the name after the last blank, the weight
    /// after the last colon before it, the port after the next; what is left is the host, which may hold colons.
    ///
    /// Ring names are made of the text as it stands (`h:06379:1` is `h:06379`): placement depends on every byte.
    static ServerConfig parse(String text, int line) throws BadValue {
        int blank = text.lastIndexOf(' ');
        String name = blank < 0 ? null : text.substring(blank + 1);
        String place = blank < 0 ? text : text.substring(0, blank);

        int weightColon = place.lastIndexOf(':');
        if (weightColon < 0) {
            throw new BadValue(text, "expected: " + FORMS);
        }
        String address = place.substring(0, weightColon);
        String weightDigits = place.substring(weightColon + 1);
        if (address.startsWith("/")) {
            int weight = weight(weightDigits, text);
            ListenAddress.checkPath(address, text);
            // The colon is an accident of nutcracker that keys depend on.
            String ringName = name == null ? address + ":" : name;
            return new ServerConfig(new NodeAddress.Unix(address), weight, ringName, null, line);
        }
        int portColon = address.lastIndexOf(':');
        if (portColon < 0) {
            throw new BadValue(text, "expected: " + FORMS);
        }
        int weight = weight(weightDigits, text);
        int port = HostPort.port(address.substring(portColon + 1), text);
        String host = address.substring(0, portColon);
        String unnamed = port == PORT_LEFT_OUT_OF_RING_NAME ? host : address;
        return new ServerConfig(tcp(host, port), weight, name == null ? unnamed : name, null, line);
    }

    /// nutcracker connects to this machine when the host is empty.
    private static NodeAddress.Tcp tcp(String host, int port) {
        return new NodeAddress.Tcp(host.isEmpty() ? "localhost" : HostPort.withoutBrackets(host), port);
    }

    static int weight(String digits, String whole) throws BadValue {
        int weight = Digits.value(digits);
        if (weight < 1) {
            throw new BadValue(whole, "weight " + BadValue.quote(digits) + "; expected: 1 to " + Integer.MAX_VALUE);
        }
        return weight;
    }
}
