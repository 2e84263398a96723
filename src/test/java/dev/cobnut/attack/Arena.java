package dev.cobnut.attack;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;

/// What all clients of one campaign share. For any thread.
final class Arena {
    static final int DATABASES = 4;
    static final int SMALL_SHARED = 30;
    static final List<Integer> LARGE_SHARED = List.of(100_000, 400_000, 3_000_000);

    private final String name;
    private final int port;
    private final int shards;
    private final Weather weather;
    private final Findings findings;
    private final List<Habit> habits;
    private final List<List<String>> shared = new ArrayList<>();
    private final LongAdder replies = new LongAdder();
    private volatile boolean over;

    /// @param name how to run it again
    /// @param habits each as often as it is to happen
    Arena(String name, int port, int shards, Weather weather, Findings findings, List<Habit> habits) {
        this.name = name;
        this.port = port;
        this.shards = shards;
        this.weather = weather;
        this.findings = findings;
        this.habits = habits;
        for (int database = 0; database < DATABASES; database++) {
            List<String> values = new ArrayList<>();
            for (int i = 0; i < SMALL_SHARED + LARGE_SHARED.size(); i++) {
                int size = i < SMALL_SHARED ? i * i : LARGE_SHARED.get(i - SMALL_SHARED);
                values.add(Belongings.value(database, sharedKey(i), "0", size));
            }
            shared.add(values);
        }
    }

    static String sharedKey(int number) {
        return "shared:" + number;
    }

    /// What everybody finds at [#sharedKey] in this database, and writes there.
    String sharedValue(int database, int number) {
        return shared.get(database).get(number);
    }

    int port() {
        return port;
    }

    int shards() {
        return shards;
    }

    Weather weather() {
        return weather;
    }

    Findings findings() {
        return findings;
    }

    Habit habit(Random random) {
        return habits.get(random.nextInt(habits.size()));
    }

    /// One more reply.
    void count() {
        replies.increment();
    }

    long replies() {
        return replies.sum();
    }

    boolean isOver() {
        return over;
    }

    void end() {
        over = true;
    }

    @Override
    public String toString() {
        return name;
    }
}
