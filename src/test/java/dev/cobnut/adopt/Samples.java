package dev.cobnut.adopt;

import dev.cobnut.doctor.Facts;
import dev.cobnut.doctor.FilesReader;
import java.nio.file.Path;

/// The files of stacks that exist, as tests import them.
final class Samples {
    private static final Path RESOURCES = Path.of("src/test/resources/dev/cobnut");

    /// A nutcracker.yml without Sentinels: every distribution, weights, names and none.
    static final Path PLAIN = RESOURCES.resolve("adopt/plain");

    /// Two proxies with an address that moves, three hosts with three masters after failovers, and a shop.
    static final Path SHOP = RESOURCES.resolve("adopt/shop");

    /// Sentinels and servers that say nothing of their hosts, and no proxy.
    static final Path TRIO = RESOURCES.resolve("adopt/trio");

    /// The reference stack with its twelve mistakes.
    static final Path PUBLISHED = RESOURCES.resolve("doctor/published");

    private Samples() {}

    static Adoption adopt(Path... files) {
        return Adoption.of(facts(files), "imported", Path.of("stack.yml"));
    }

    static Facts facts(Path... files) {
        Facts.Collector collector = new Facts.Collector();
        FilesReader reader = new FilesReader(collector);
        for (Path file : files) {
            reader.read(file);
        }
        return collector.facts();
    }
}
