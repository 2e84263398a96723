package dev.cobnut.daemon;

/// A process cannot start. The message is one line for the operator.
public final class StartException extends Exception {
    public StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
