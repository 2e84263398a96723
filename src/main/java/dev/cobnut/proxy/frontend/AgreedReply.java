package dev.cobnut.proxy.frontend;

/// A request that changes the client once a node has agreed to it.
final class AgreedReply extends PendingReply {
    private final OwnConnection own;
    private final Change change;

    AgreedReply(OwnConnection own, Change change) {
        this.own = own;
        this.change = change;
    }

    /// What to do when the node did not answer with an error.
    interface Change {
        void make(OwnConnection own);
    }

    @Override
    protected boolean onReply(byte[] bytes, int from, int to) {
        if (bytes[from] != '-' && queue != null) {
            change.make(own);
        }
        return super.onReply(bytes, from, to);
    }
}
