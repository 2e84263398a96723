package dev.cobnut.doctor;

import dev.cobnut.control.probe.Dial;
import dev.cobnut.control.probe.StrictText;
import dev.cobnut.net.RespConnection;
import dev.cobnut.resp.RespValue;
import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Asks one living server what it is, and how it is set. Blocking, on a connection of its own.
final class ServerInterview {
    private static final int TIMEOUT_MILLIS = 1_000;
    private static final long SECONDS_MAX = 100_000_000_000L;

    private ServerInterview() {}

    /// Asks. Each reply may take a second.
    ///
    /// @param login for AUTH; null for none
    /// @throws IOException when it does not answer, or refuses INFO
    static Server ask(NodeAddress.Tcp address, @Nullable Login login) throws IOException {
        String at = address.toString();
        try (RespConnection connection = Dial.open(address, login, TIMEOUT_MILLIS)) {
            RespValue info = connection.command("INFO");
            if (!(info instanceof RespValue.Bulk)) {
                throw new IOException("INFO: " + StrictText.printable(info.text()));
            }
            Map<String, String> fields = new HashMap<>();
            for (String line : info.text().split("\r\n", -1)) {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    fields.putIfAbsent(line.substring(0, colon), StrictText.printable(line.substring(colon + 1)));
                }
            }
            if (!fields.containsKey("role")) {
                throw new IOException("INFO says no role (expected: a redis-server)");
            }
            long beforeMillis = System.currentTimeMillis();
            RespValue time = connection.command("TIME");
            if (time instanceof RespValue.Array pair && pair.elements().size() == 2) {
                long seconds =
                        StrictText.number("TIME", pair.elements().getFirst().text(), 0, SECONDS_MAX);
                fields.put(Server.CLOCK, Long.toString(seconds - beforeMillis / 1_000));
            }
            fields.put(Server.RENAMED, renamed(connection));
            RespValue config = connection.command("CONFIG", "GET", "*");
            List<Setting> settings = new ArrayList<>();
            if (config instanceof RespValue.Array flat) {
                for (int i = 0; i + 1 < flat.elements().size(); i += 2) {
                    String name = flat.elements().get(i).text().toLowerCase(Locale.ROOT);
                    settings.add(new Setting(
                            name, words(name, flat.elements().get(i + 1).text()), at));
                }
            }
            String mute = settings.isEmpty() ? StrictText.printable(config.text()) : null;
            return new Server(address, new Settings(at, settings), fields, mute);
        }
    }

    /// The needed commands that it does not have, with blanks between them.
    private static String renamed(RespConnection connection) throws IOException {
        List<String> names = ServerRules.NEEDED.stream().sorted().toList();
        List<String> ask = new ArrayList<>(List.of("COMMAND", "INFO"));
        ask.addAll(names);
        List<String> missing = new ArrayList<>();
        RespValue known = connection.command(ask.toArray(String[]::new));
        if (known instanceof RespValue.Array array && array.elements().size() == names.size()) {
            for (int i = 0; i < names.size(); i++) {
                if (array.elements().get(i) instanceof RespValue.Null) {
                    missing.add(names.get(i).toUpperCase(Locale.ROOT));
                }
            }
        }
        return String.join(" ", missing);
    }

    /// Of passwords only whether there is one: facts end up in reports.
    private static List<String> words(String name, String value) {
        String shown = StrictText.printable(value);
        boolean secret = name.equals("requirepass") || name.equals("masterauth") || name.endsWith("-pass");
        return value.isEmpty() ? List.of() : List.of(secret ? "(a password)" : shown);
    }
}
