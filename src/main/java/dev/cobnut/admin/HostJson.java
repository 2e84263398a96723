package dev.cobnut.admin;

import dev.cobnut.config.Json;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// This machine as JSON: its name, and the addresses that it carries now. An address that moves between hosts is held by those
/// whose page has it.
final class HostJson {
    private HostJson() {}

    /// One object, without a line end. Asks the kernel.
    static String of(String name) {
        Map<String, Object> host = new LinkedHashMap<>();
        host.put("name", name);
        host.put("addresses", addresses());
        StringBuilder out = new StringBuilder(256);
        Json.value(out, host);
        return out.toString();
    }

    private static List<String> addresses() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .map(InetAddress::getHostAddress)
                    // fe80::1%eth0: the interface is no part of the address
                    .map(address -> address.replaceFirst("%.*", ""))
                    .sorted()
                    .distinct()
                    .toList();
        } catch (SocketException _) {
            return List.of();
        }
    }
}
