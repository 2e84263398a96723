package dev.cobnut.proxy;

/// A pool's address cannot be listened on. The message is one line for the operator: which pool, which address, why.
public final class ListenException extends Exception {
    public ListenException(String message, Throwable cause) {
        super(message, cause);
    }
}
