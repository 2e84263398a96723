package dev.cobnut.vip.file;

import dev.cobnut.config.BadValue;
import dev.cobnut.config.HostPort;
import dev.cobnut.config.Nearest;
import dev.cobnut.config.QuotedWords;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.vip.VipSettings.Probe;
import java.net.URI;
import java.util.List;

/// What is looked at, in one line: `ping HOST:PORT`, `get http://HOST:PORT/PATH`, `run PROGRAM WORDS`. Pure.
final class CheckText {
    static final String FORMS = "ping HOST:PORT, get http://HOST:PORT/PATH, or run PROGRAM and its words";

    private static final List<String> VERBS = List.of("ping", "get", "run");
    private static final int HTTP_PORT = 80;

    private CheckText() {}

    /// @throws BadValue with what was expected
    static Probe parse(String text) throws BadValue {
        String[] parts = text.strip().split("\\s+", 2);
        String rest = parts.length > 1 ? parts[1].strip() : "";
        return switch (parts[0]) {
            case "ping" -> new Probe.Ping(local(HostPort.parse(rest), text));
            case "get" -> http(rest);
            case "run" -> {
                List<String> words = QuotedWords.split(rest);
                if (words.isEmpty()) {
                    throw new BadValue(text, "no program; expected: run PROGRAM and its words");
                }
                yield new Probe.Command(words);
            }
            default -> throw new BadValue(text, "expected: " + FORMS + Nearest.hint(parts[0], VERBS));
        };
    }

    /// A check must not depend on DNS: a question to it has no time limit.
    private static NodeAddress.Tcp local(NodeAddress.Tcp address, String text) throws BadValue {
        if (IpText.literal(address.host()) == null && !address.host().equals("localhost")) {
            throw new BadValue(text, "a name; expected: an IP address, or localhost");
        }
        return address;
    }

    private static Probe http(String text) throws BadValue {
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException _) {
            throw new BadValue(text, "not a URL; expected: http://HOST:PORT/PATH");
        }
        String host = uri.getHost();
        int port = uri.getPort() < 0 ? HTTP_PORT : uri.getPort();
        if (!"http".equals(uri.getScheme())
                || host == null
                || uri.getRawUserInfo() != null
                || uri.getRawFragment() != null
                || port < 1
                || port > HostPort.PORT_MAX) {
            throw new BadValue(text, "expected: http://HOST:PORT/PATH, without a user or #");
        }
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        boolean isIpv6 = host.startsWith("[");
        return new Probe.Http(
                local(new NodeAddress.Tcp(isIpv6 ? host.substring(1, host.length() - 1) : host, port), text),
                uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery());
    }
}
