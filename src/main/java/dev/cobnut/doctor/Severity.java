package dev.cobnut.doctor;

/// How bad it is.
public enum Severity {
    /// Something fails, or is lost, or will be.
    ERROR("E"),
    /// It works, and should be otherwise.
    WARNING("W"),
    /// Good to know.
    NOTE("I");

    private final String letter;

    Severity(String letter) {
        this.letter = letter;
    }

    /// As a line of a report begins.
    public String letter() {
        return letter;
    }
}
