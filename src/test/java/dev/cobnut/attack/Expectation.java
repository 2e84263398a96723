package dev.cobnut.attack;

import java.util.function.Predicate;

/// What the reply to one request may be, and what it does to the client's model. For the thread of its client.
abstract class Expectation {
    private final String words;

    /// @param words what is expected, for the report
    Expectation(String words) {
        this.words = words;
    }

    /// A reply that changes nothing.
    static Expectation of(String words, Predicate<Reply> fits) {
        return new Expectation(words) {
            @Override
            boolean fits(Reply reply, int stamp) {
                return fits.test(reply);
            }
        };
    }

    static Expectation ok() {
        return status("OK");
    }

    static Expectation status(String text) {
        return of("+" + text, reply -> reply.isStatus(text));
    }

    static Expectation bulk(String text) {
        return of(text, reply -> reply.isBulk(text));
    }

    static Expectation error(String text) {
        return of("-" + text, reply -> reply.type() == '-' && reply.text().equals(text));
    }

    /// Whether the reply is one of those that a working server gives; if so, the model knows it from then on.
    ///
    /// @param stamp [Weather#losses] when the request was sent
    abstract boolean fits(Reply reply, int stamp);

    /// The request was not executed, and will not be.
    void notDone() {}

    /// The request may have been executed, and may yet be.
    void unknown() {}

    @Override
    public String toString() {
        return words.length() <= 200 ? words : words.substring(0, 200) + "...";
    }
}
