package dev.cobnut.admin;

/// What a request to the statistics port gets.
///
/// @param status of HTTP: number and words
/// @param type of the content
/// @param text ends with a line end
public record Answer(String status, String type, String text) {
    static final String BAD_REQUEST = "400 Bad Request";
    static final String NOT_FOUND = "404 Not Found";
    static final String UNAVAILABLE = "503 Service Unavailable";
    private static final String OK = "200 OK";

    /// A page that is there.
    static Answer json(String text) {
        return new Answer(OK, "application/json", text);
    }

    /// The same in words.
    static Answer plain(String text) {
        return plain(OK, text);
    }

    /// Anything else, in words.
    static Answer plain(String status, String text) {
        return new Answer(status, "text/plain; charset=utf-8", text);
    }
}
