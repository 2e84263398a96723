package dev.cobnut.blueprint;

/// What a `stack.yml` means when it does not say it, and so need not be written into one.
public final class Defaults {
    /// Of the Sentinels.
    public static final int SENTINEL_PORT = 26_379;

    /// Of the proxies' statistics.
    public static final int STATISTICS_PORT = 22_222;

    /// Of the page of `cobnut vip`.
    public static final int SPEAKER_PORT = 22_223;

    /// Of the virtual router that carries the address of the proxies.
    public static final int ROUTER_ID = 51;

    /// What of a key is hashed, of a pool that does not say `hash_tag`; one that says `""` has none.
    public static final String HASH_TAG = "{}";

    /// How many databases a server has.
    static final int DATABASES = 16;

    private Defaults() {}
}
