package dev.cobnut.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.RespClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Mixed load for `-Dcobnut.chaos.soak=SECONDS`, with a kill -9 of the master every 20 s; it comes back with its data. What
/// the process takes is measured on the way, and judged from five minutes on.
@Timeout(36_000)
class SoakIT {
    private static final long SECONDS = Long.getLong("cobnut.chaos.soak", 8);
    private static final long JUDGED_FROM_SECONDS = 300;
    private static final long KILL_EVERY_SECONDS = 20;
    private static final Pattern WENT_ON = Pattern.compile("requests go on after (\\d+) ms");

    /// Whoever is back while Sentinels are still at it may be promoted again at once.
    private static final long RESTART_AFTER_SECONDS = 2;

    @TempDir
    private Path folder;

    /// The heap does not grow, so that what grows is something else.
    private static final String[] JVM = {
        "-XX:+UseSerialGC", "-Xms128m", "-Xmx128m", "-XX:+AlwaysPreTouch", "-Dio.netty.leakDetection.level=disabled"
    };

    @Test
    void nothingGrowsAndNobodyIsAnsweredWrongly() throws Exception {
        try (Stage stage = new Stage(folder)) {
            stage.group("appendonly yes");
            stage.watch(700);
            ProxyProcess proxy = stage.serveApart("", JVM);
            Vitals vitals = new Vitals(proxy);
            int kills = 0;
            try (Ledger ledger = Ledger.open(stage.port(), 8, 20);
                    MixedLoad load = MixedLoad.start(stage.port())) {
                long begin = System.nanoTime();
                long next = Math.min(SECONDS / 3, KILL_EVERY_SECONDS);
                while (next < SECONDS) {
                    sleepUntil(begin, next);
                    vitals.sample(next, kills);
                    RealRedis.Server master = stage.leader();
                    RealRedis.Server replica = master == stage.master() ? stage.replica() : stage.master();
                    stage.awaitReplica(replica);
                    master.kill();
                    kills++;
                    replica.await("INFO replication", "role:master");
                    TimeUnit.SECONDS.sleep(RESTART_AFTER_SECONDS);
                    ledger.endRound();
                    master.start();
                    // A replica that takes its time is waited for.
                    next = Math.max(
                            next + KILL_EVERY_SECONDS, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin));
                }
                sleepUntil(begin, SECONDS);
                ledger.stop();
                load.stop();

                try (RespClient client = RespClient.to(stage.leader().port())) {
                    Outcome outcome = new Outcome("soak, kill -9", kills, ledger, ledger.compare(client), List.of());
                    List<String> grown = SECONDS < JUDGED_FROM_SECONDS ? List.of() : vitals.grown();
                    report(outcome + load.toString() + longestHold(proxy.log()) + vitals + verdict(grown));
                    outcome.assertHonest();
                    assertThat(load.findings()).as(proxy.log()).isEmpty();
                    assertThat(ledger.errors()).allMatch(error -> error.contains("outcome unknown"));
                    assertThat(grown).isEmpty();
                }
            }
        }
    }

    private static String verdict(List<String> grown) {
        if (SECONDS < JUDGED_FROM_SECONDS) {
            return "  too short to say whether it grows\n";
        }
        return grown.isEmpty() ? "  flat\n" : "  HAS GROWN: " + grown + "\n";
    }

    /// The lines of the log from when requests waited to when they went on, where that took longest.
    private static String longestHold(String log) {
        StringBuilder lines = new StringBuilder();
        String longest = "";
        long millisMax = -1;
        for (String line : log.lines().toList()) {
            if (line.contains(": requests wait: ")) {
                lines.setLength(0);
            }
            lines.append("  ").append(line).append('\n');
            Matcher end = WENT_ON.matcher(line);
            if (end.find() && Long.parseLong(end.group(1)) > millisMax) {
                millisMax = Long.parseLong(end.group(1));
                longest = lines.toString();
            }
        }
        return "  the longest hold\n" + longest;
    }

    private static void sleepUntil(long beginNanos, long seconds) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(beginNanos + TimeUnit.SECONDS.toNanos(seconds) - System.nanoTime());
    }

    private static void report(String text) throws Exception {
        String file = System.getProperty("cobnut.chaos.file");
        if (file != null) {
            Files.writeString(Path.of(file), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }
}
