package dev.cobnut.proxy.backend;

/// How a [NodeConnection] ends.
///
/// | ending  | when                                        | counts against the node | what was written is     |
/// |---------|---------------------------------------------|-------------------------|-------------------------|
/// | LOST    | by the node, or for what it did             | yes                     | unknown                 |
/// | REFUSED | the same, and its first answer was a no     | yes                     | not executed, it said   |
/// | LET_GO  | nobody wants it any more                    | no                      | unknown                 |
enum Ending {
    LOST,
    REFUSED,
    LET_GO
}
