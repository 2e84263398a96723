package dev.cobnut.sharding;

/// How hash values are spread over servers; the names are nutcracker's.
public enum Distribution {
    /// A ring of MD5 points, in single-precision arithmetic.
    KETAMA,
    /// Hash value modulo a table with one slot for each unit of weight.
    MODULA,
    /// A live server at random, whatever the key and the weight.
    RANDOM
}
