package dev.cobnut.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cobnut.config.BadValue;
import dev.cobnut.config.Secret;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// `cobnut failover`: has a running proxy make another node master, without losing anything.
@Command(
        name = "failover",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeOnInvalidInput = FailoverCommand.REFUSED,
        sortOptions = false,
        description = {
            "Has a running proxy make another node master of a shard, without a lost write: requests wait, the old master"
                    + " is fenced, the replica catches up, Sentinel is asked, requests go on.",
            "Shows first what will happen, and asks."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            " 0:another node is master",
            " 1:refused, or the proxy cannot be asked: nothing was changed",
            " 2:given up, and all is as it was before",
            " 5:somebody has to look"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before anything else
final class FailoverCommand implements Callable<Integer> {
    static final int REFUSED = 1;
    private static final int GIVEN_UP = 2;
    private static final int UNCLEAR = 5;

    private static final int LOOK_MILLIS = 50;

    /// How often in a row the proxy may not answer while a switch goes on.
    private static final int MISSES_MAX = 20;

    @Parameters(paramLabel = "POOL", index = "0", description = "the pool, as the configuration names it")
    private String pool;

    @Parameters(
            paramLabel = "SHARD",
            index = "1",
            arity = "0..1",
            description = "the shard (default: the only one of the pool)")
    private @Nullable String shard;

    @Option(
            names = "--to",
            paramLabel = "HOST:PORT",
            description = "the replica that is to be master (default: the one that Sentinel chooses)")
    private @Nullable String to;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = TimeConverter.class,
            description = "how long requests may wait for it: 1500ms, 10s, 1m (default: ${DEFAULT-VALUE})")
    private Duration timeout;

    @Option(names = "--yes", description = "do not ask")
    private boolean yes;

    @Option(
            names = "--proxy",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:22222",
            description = "statistics port of the proxy that does it (default: ${DEFAULT-VALUE})")
    private String proxy;

    @Option(
            names = "--admin-token",
            paramLabel = "PLACE",
            description = "where the token is that the proxy was started with: env:NAME or file:/PATH (default: the"
                    + " file admin-token in cobnut-data, where `cobnut up` writes it)")
    private @Nullable String tokenPlace;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try {
            AdminClient client = new AdminClient(proxy, token());
            Map<?, ?> prospect = client.post("/switch/look" + query());
            String refusal = AdminClient.text(prospect, "refusal");
            if (!refusal.isEmpty()) {
                err.println("cobnut failover: refused: " + refusal);
                return REFUSED;
            }
            picture(prospect).forEach(out::println);
            if (!yes && !isConfirmed(out)) {
                out.println();
                err.println("cobnut failover: the answer was not yes, so nothing was begun (--yes does not ask)");
                return REFUSED;
            }
            return follow(client, AdminClient.text(client.post("/switch" + query()), "number"), out, err);
        } catch (IOException | BadValue e) {
            err.println("cobnut failover: " + e.getMessage());
            return REFUSED;
        }
    }

    private String token() throws BadValue {
        Path usual = Path.of("cobnut-data", "admin-token").toAbsolutePath();
        String place = tokenPlace == null ? "file:" + usual : tokenPlace;
        if (tokenPlace == null && Files.notExists(usual)) {
            throw new BadValue(
                    "--admin-token",
                    "expected: " + Secret.ELSEWHERE
                            + ", where the token is that the proxy was started with; there is no " + usual);
        }
        return SecretPlace.read(spec, "--admin-token", place);
    }

    private String query() {
        StringBuilder query = new StringBuilder("?pool=").append(encoded(pool));
        if (shard != null) {
            query.append("&shard=").append(encoded(shard));
        }
        if (to != null) {
            query.append("&to=").append(encoded(to));
        }
        return query.append("&millis=").append(timeout.toMillis()).toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    /// The lines that show what will happen.
    ///
    /// @param prospect as `/switch/look` gives it
    static List<String> picture(Map<?, ?> prospect) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"node", "behind", "priority", ""});
        for (Map<?, ?> member : AdminClient.maps(prospect, "members")) {
            String behind = AdminClient.text(member, "behind_bytes");
            rows.add(new String[] {
                AdminClient.text(member, "address"),
                behind.isEmpty() ? "?" : behind + " bytes",
                AdminClient.text(member, "priority"),
                AdminClient.text(member, "note")
            });
        }
        List<String> lines = new ArrayList<>();
        lines.add("shard " + AdminClient.text(prospect, "shard") + ", which Sentinel knows as "
                + AdminClient.text(prospect, "group"));
        lines.addAll(Table.aligned(rows));
        String remark = AdminClient.text(prospect, "remark");
        if (!remark.isEmpty()) {
            lines.add(remark);
        }
        return lines;
    }

    private boolean isConfirmed(PrintWriter out) throws IOException {
        out.print("Requests will wait for up to " + timeout.toMillis() + " ms. Go on? [y/N] ");
        out.flush();
        // Not closed: it is the process's own.
        String answer = new BufferedReader(new InputStreamReader(System.in, UTF_8)).readLine();
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
    }

    /// Prints the steps as they come.
    private int follow(AdminClient client, String number, PrintWriter out, PrintWriter err)
            throws BadValue, InterruptedException {
        int shown = 0;
        int misses = 0;
        while (misses < MISSES_MAX) {
            Map<?, ?> progress;
            try {
                progress = client.get("/switch");
                misses = 0;
            } catch (IOException _) {
                misses++;
                Thread.sleep(LOOK_MILLIS);
                continue;
            }
            if (!AdminClient.text(progress, "number").equals(number)) {
                break; // it has been started anew
            }
            List<Map<?, ?>> steps = AdminClient.maps(progress, "steps");
            for (; shown < steps.size(); shown++) {
                Map<?, ?> step = steps.get(shown);
                out.printf("%6s ms  %s%n", AdminClient.text(step, "ms"), AdminClient.text(step, "line"));
                out.flush();
            }
            switch (AdminClient.text(progress, "outcome")) {
                case "done" -> {
                    return 0;
                }
                case "refused" -> {
                    return REFUSED;
                }
                case "given_up" -> {
                    return GIVEN_UP;
                }
                case "unclear" -> {
                    return UNCLEAR;
                }
                default -> Thread.sleep(LOOK_MILLIS);
            }
        }
        err.println(
                "cobnut failover: " + proxy + " does not tell any more how the switch goes on; see `cobnut status`");
        return UNCLEAR;
    }

    /// `1500ms`, `10s`, `1m`.
    static final class TimeConverter implements ITypeConverter<Duration> {
        private static final Pattern TIME = Pattern.compile("([0-9]{1,6})(ms|s|m)");
        private static final Duration MIN = Duration.ofSeconds(1);
        private static final Duration MAX = Duration.ofMinutes(10);

        @Override
        public Duration convert(String text) {
            Matcher time = TIME.matcher(text);
            if (time.matches()) {
                long number = Long.parseLong(time.group(1));
                Duration duration = switch (time.group(2)) {
                    case "ms" -> Duration.ofMillis(number);
                    case "s" -> Duration.ofSeconds(number);
                    default -> Duration.ofMinutes(number);
                };
                if (duration.compareTo(MIN) >= 0 && duration.compareTo(MAX) <= 0) {
                    return duration;
                }
            }
            throw new TypeConversionException(
                    "'" + text + "' (expected: a time such as 1500ms, 10s or 1m, from 1s to 10m)");
        }
    }
}
