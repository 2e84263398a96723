package dev.cobnut.sharding;

/// Which server a hash value belongs to. Immutable, over at least one live server.
sealed interface ServerTable permits KetamaRing, ModulaTable, RandomTable {

    /// The index of the server for an unsigned 32-bit hash value. Allocates nothing.
    int serverOf(int hash);
}
