package dev.cobnut.sharding;

import java.util.concurrent.ThreadLocalRandom;

/// Any live server with equal chance, whatever the hash value and the weights.
final class RandomTable implements ServerTable {
    private final int[] live;

    RandomTable(int[] live) {
        this.live = live;
    }

    @Override
    public int serverOf(int hash) {
        return live[ThreadLocalRandom.current().nextInt(live.length)];
    }
}
