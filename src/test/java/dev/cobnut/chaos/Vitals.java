package dev.cobnut.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What a process takes, over time, and whether that grows. Linux only.
///
/// The rule: the median of the last fifth of the samples is compared with that of the second fifth; the first is for
/// warming up. It may be higher by what the table of [Gauge] says.
final class Vitals {
    private static final int PARTS = 5;

    /// One reading.
    private record Sample(
            long seconds, int kills, long residentKib, long heapBytes, long directBytes, long threads, long files) {}

    /// What is measured, and by how much it may have grown.
    private enum Gauge {
        RESIDENT("resident memory, KiB", 5, 8 << 10),
        HEAP("heap after a collection, bytes", 10, 2 << 20),
        DIRECT("direct memory, bytes", 10, 4 << 20),
        THREADS("threads", 0, 2),
        FILES("file descriptors", 0, 6);

        private final String label;
        private final int percent;
        private final long more;

        Gauge(String label, int percent, long more) {
            this.label = label;
            this.percent = percent;
            this.more = more;
        }

        long of(Sample sample) {
            return switch (this) {
                case RESIDENT -> sample.residentKib;
                case HEAP -> sample.heapBytes;
                case DIRECT -> sample.directBytes;
                case THREADS -> sample.threads;
                case FILES -> sample.files;
            };
        }

        long median(List<Sample> samples) {
            List<Long> sorted = samples.stream().map(this::of).sorted().toList();
            return sorted.get(sorted.size() / 2);
        }
    }

    private final ProxyProcess process;
    private final List<Sample> samples = new ArrayList<>();

    Vitals(ProxyProcess process) {
        this.process = process;
    }

    /// Reads them all, after a collection of garbage.
    void sample(long seconds, int kills) throws IOException, InterruptedException {
        process.collect();
        String memory = process.page("/memory");
        Path folder = Path.of("/proc", Long.toString(process.pid()));
        String status = Files.readString(folder.resolve("status"));
        try (Stream<Path> files = Files.list(folder.resolve("fd"))) {
            samples.add(new Sample(
                    seconds,
                    kills,
                    number(status, "VmRSS:\\s*"),
                    number(memory, "\"heap_used\": *"),
                    number(memory, "\"direct_used\": *"),
                    number(status, "Threads:\\s*"),
                    files.count()));
        }
    }

    private static long number(String text, String before) {
        Matcher matcher = Pattern.compile(before + "(\\d+)").matcher(text);
        if (!matcher.find()) {
            throw new IllegalArgumentException("no number after " + before + " in " + text);
        }
        return Long.parseLong(matcher.group(1));
    }

    /// What has grown, in words; empty if nothing has. Needs ten samples to mean anything.
    List<String> grown() {
        int part = samples.size() / PARTS;
        List<String> grown = new ArrayList<>();
        for (Gauge gauge : Gauge.values()) {
            long before = gauge.median(samples.subList(part, 2 * part));
            long after = gauge.median(samples.subList(samples.size() - part, samples.size()));
            if (after > before + before * gauge.percent / 100 + gauge.more) {
                grown.add(String.format(Locale.ROOT, "%s: %,d, then %,d", gauge.label, before, after));
            }
        }
        return grown;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("  seconds kills  resident  heap after GC    direct  threads  files\n");
        for (Sample each : samples) {
            text.append(String.format(
                    Locale.ROOT,
                    "  %7d %5d %,6d KiB %,10d KiB %,5d KiB %8d %6d%n",
                    each.seconds,
                    each.kills,
                    each.residentKib,
                    each.heapBytes >> 10,
                    each.directBytes >> 10,
                    each.threads,
                    each.files));
        }
        return text.toString();
    }
}
