package dev.cobnut.doctor;

/// What Magento is told of one of its stores: a cache, or the sessions.
///
/// @param at where it begins
/// @param name such as `session` or `cache/frontend/page_cache`
/// @param host what it connects to; empty when nothing is said
/// @param port default 6379
/// @param database default 0, for sessions of Magento 2 it is 2
/// @param options all that is said, by their names
public record Store(String at, String name, String host, int port, int database, Settings options) {
    boolean isSession() {
        return name.contains("session");
    }
}
