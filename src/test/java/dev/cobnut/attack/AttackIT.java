package dev.cobnut.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Clients of every kind at once on nodes that fail: no reply reaches the wrong client, none is missing, and what was
/// said of a request is true.
///
/// | `-Dcobnut.attack.…=` |                                                                          |
/// |----------------------|--------------------------------------------------------------------------|
/// | `replies`            | of all configurations together, 1,000,000                                |
/// | `seed`               | 1; timing is the machine's, so a seed does not make two runs equal       |
/// | `habits`, `faults`   | only these of [Habit], [Fault]; with a minus sign before the first, all but these |
/// | `told`               | how many findings of a kind are told in full                             |
@Timeout(36_000)
class AttackIT {
    private static final int CONFIGURATIONS = 8;
    private static final long REPLIES = Long.getLong("cobnut.attack.replies", 1_000_000);
    private static final long REPLIES_OF_A_ROUND = 1_000_000;
    private static final long SEED = Long.getLong("cobnut.attack.seed", 1);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"1, 400, 1", "3, 400, 2", "1, 0, 2", "3, 0, 1", "1, 400, 2", "3, 400, 1", "1, 0, 1", "3, 0, 2"})
    void everyReplyIsTheRightOne(int shards, int timeoutMillis, int loops) throws Exception {
        long wanted = REPLIES / CONFIGURATIONS;
        Findings findings = new Findings();
        for (long done = 0, round = 0; done < wanted && findings.isEmpty(); round++) {
            long seed = SEED + 1_000 * round + shards * 100L + timeoutMillis + loops;
            Campaign.Plan plan =
                    new Campaign.Plan(shards, timeoutMillis, loops, seed, Math.min(wanted - done, REPLIES_OF_A_ROUND));
            long begin = System.nanoTime();
            long got = new Campaign(plan, findings, habits(), faults())
                    .run(Files.createDirectories(folder.resolve("round" + round)));
            done += got;
            if (Boolean.getBoolean("cobnut.attack.pace")) {
                System.out.printf("%s: %d replies/s%n", plan, got * 1_000_000_000L / (System.nanoTime() - begin));
            }
        }
        assertThat(findings.isEmpty()).as("%s", findings).isTrue();
    }

    /// Each as often as it is to happen.
    private static List<Habit> habits() {
        List<Habit> habits = new ArrayList<>();
        for (Habit habit : chosen("cobnut.attack.habits", Habit.values())) {
            for (int i = 0; i < habit.often(); i++) {
                habits.add(habit);
            }
        }
        return habits;
    }

    private static List<Fault> faults() {
        return chosen("cobnut.attack.faults", Fault.values());
    }

    private static <E extends Enum<E>> List<E> chosen(String property, E[] all) {
        String text = System.getProperty(property, "-").toUpperCase(Locale.ROOT);
        boolean without = text.startsWith("-");
        List<String> names = List.of((without ? text.substring(1) : text).split(","));
        return Arrays.stream(all)
                .filter(each -> names.contains(each.name()) != without)
                .toList();
    }
}
