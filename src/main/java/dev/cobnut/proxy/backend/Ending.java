package dev.cobnut.proxy.backend;

/// How a [NodeConnection] ends.
///
/// | ending  | when                                        | counts against the node | what was written is     |
/// |---------|---------------------------------------------|-------------------------|-------------------------|
/// | LOST    | by the node, or for what it did             | yes, but see below      | unknown                 |
/// | REFUSED | the same, and its first answer was a no     | yes                     | not executed, it said   |
/// | LET_GO  | nobody wants it any more, or the only one   | no                      | unknown                 |
/// |         | who does has a request on it that is late   |                         |                         |
///
/// A connection that the node closed in good order while nobody waited, and one that was lent and the node ended, say
/// nothing against the node: clients bring that about.
enum Ending {
    LOST,
    REFUSED,
    LET_GO
}
