package dev.cobnut.stack;

/// The stack could not be started. The message is complete for the operator: what, why, and what to do.
public final class StackException extends Exception {
    /// @param message for the operator, one line or a few
    public StackException(String message) {
        super(message);
    }

    /// @param message for the operator, one line or a few
    /// @param cause what went wrong underneath
    public StackException(String message, Throwable cause) {
        super(message, cause);
    }
}
