package dev.cobnut.proxy.client;

/// How many requests of one client may be under way. What they ask for is not known before it comes: a thousand
/// GETs of 1 MB would have the node pile up a gigabyte for a client that does not read, and everybody else wait
/// behind it. So a client begins with few; it gets twice as many whenever it has used them up and all answers were
/// short, and fewer as soon as one is long.
///
/// Pure; for the loop's own thread.
public final class RequestWindow {
    /// Fifty new clients that all ask for a megabyte at once have the nodes make 400 MB of answers by this.
    static final int START = 8;

    static final int MOST = 1024;

    /// A longer answer is long.
    static final int SHORT_BYTES_MAX = 64 * 1024;

    /// So much may be on its way to one client when its answers are long.
    static final int BYTES_TO_COME_MAX = 1024 * 1024;

    private int requests = START;
    private boolean allShort = true;

    /// How many may be under way.
    public int requests() {
        return requests;
    }

    /// A long answer has so many bytes by now.
    void onLong(long bytes) {
        allShort = false;
        requests = Math.clamp(BYTES_TO_COME_MAX / bytes, 1, requests);
    }

    /// Requests had to wait, and may go on.
    public void grow() {
        if (allShort) {
            requests = Math.min(MOST, 2 * requests);
        }
        allShort = true;
    }
}
