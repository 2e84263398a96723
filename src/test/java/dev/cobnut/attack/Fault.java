package dev.cobnut.attack;

import dev.cobnut.testing.RealRedis;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// What happens to a node, for up to a second.
enum Fault {
    SLEEPS("DEBUG SLEEP: late for everybody") {
        @Override
        void befall(Weather weather, RealRedis.Server node, Random random) throws IOException {
            weather.tell(node, "DEBUG", "SLEEP", "0." + (45 + random.nextInt(45)));
        }
    },
    STOPS("SIGSTOP, SIGCONT") {
        @Override
        void befall(Weather weather, RealRedis.Server node, Random random) {
            node.pause();
            rest(200, 1_000, random);
            node.resume();
        }
    },
    DIES("killed, and back at the same port with nothing") {
        @Override
        void befall(Weather weather, RealRedis.Server node, Random random) {
            weather.lose(() -> {
                node.kill();
                rest(0, 400, random);
                node.start();
            });
        }
    },
    KILLS_CLIENTS("closes all connections") {
        @Override
        void befall(Weather weather, RealRedis.Server node, Random random) throws IOException {
            weather.tell(node, "CLIENT", "KILL", "TYPE", random.nextBoolean() ? "normal" : "pubsub");
        }
    },
    PAUSES_WRITES("CLIENT PAUSE n WRITE") {
        @Override
        void befall(Weather weather, RealRedis.Server node, Random random) throws IOException {
            weather.tell(node, "CLIENT", "PAUSE", "" + (50 + random.nextInt(600)), "WRITE");
        }
    },
    PAUSES_ALL("CLIENT PAUSE n ALL") {
        @Override
        void befall(Weather weather, RealRedis.Server node, Random random) throws IOException {
            weather.tell(node, "CLIENT", "PAUSE", "" + (50 + random.nextInt(500)), "ALL");
        }
    },
    FULL("no connection beyond those it has") {
        @Override
        void befall(Weather weather, RealRedis.Server node, Random random) throws IOException {
            weather.tell(node, "CONFIG", "SET", "maxclients", "1");
            if (random.nextBoolean()) {
                weather.tell(node, "CLIENT", "KILL", "TYPE", "normal");
            }
            rest(100, 500, random);
            weather.tell(node, "CONFIG", "SET", "maxclients", "10000");
        }
    },
    SMALL("closes connections that ask for much, or bring much") {
        @Override
        void befall(Weather weather, RealRedis.Server node, Random random) throws IOException {
            weather.tell(node, "CONFIG", "SET", "proto-max-bulk-len", "1mb");
            weather.tell(node, "CONFIG", "SET", "client-output-buffer-limit", "normal 1mb 0 0");
            rest(200, 800, random);
            weather.tell(node, "CONFIG", "SET", "client-output-buffer-limit", "normal 0 0 0");
            weather.tell(node, "CONFIG", "SET", "proto-max-bulk-len", "512mb");
        }
    },
    READ_ONLY("a replica of nobody") {
        @Override
        void befall(Weather weather, RealRedis.Server node, Random random) throws IOException {
            weather.tell(node, "CONFIG", "SET", "replica-serve-stale-data", random.nextBoolean() ? "yes" : "no");
            weather.tell(node, "REPLICAOF", "127.0.0.1", "1");
            rest(100, 600, random);
            weather.tell(node, "REPLICAOF", "NO", "ONE");
        }
    },
    FORGETS_SCRIPTS("SCRIPT FLUSH") {
        @Override
        void befall(Weather weather, RealRedis.Server node, Random random) throws IOException {
            weather.tell(node, "SCRIPT", "FLUSH");
        }
    };

    private final String sentence;

    Fault(String sentence) {
        this.sentence = sentence;
    }

    /// Returns when it is over, or will be over within a second.
    abstract void befall(Weather weather, RealRedis.Server node, Random random) throws IOException;

    static void rest(int leastMillis, int mostMillis, Random random) {
        LockSupport.parkNanos(
                TimeUnit.MILLISECONDS.toNanos(leastMillis + random.nextInt(mostMillis - leastMillis + 1)));
    }

    @Override
    public String toString() {
        return name() + " (" + sentence + ")";
    }
}
