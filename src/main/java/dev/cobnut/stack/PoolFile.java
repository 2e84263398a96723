package dev.cobnut.stack;

/// The proxy's configuration: one pool per cache in the published form. The three servers of a pool carry the
/// Sentinel master name, so they are one shard with three nodes, which is what the published files meant.
final class PoolFile {
    private PoolFile() {}

    static String render(Layout layout) {
        StringBuilder text = new StringBuilder("# Written by `cobnut up` at every start; changes are lost.\n");
        for (Cache cache : Cache.values()) {
            text.append("""

                    %s:
                      listen: %s
                      hash: fnv1a_64
                      hash_tag: "{}"
                      distribution: ketama
                      redis: true
                      preconnect: true
                      servers:
                    """.formatted(cache.masterName(), layout.proxy(cache)));
            layout.redises(cache)
                    .forEach(address -> text.append("   - %s:1 %s\n".formatted(address, cache.masterName())));
        }
        return text.toString();
    }
}
