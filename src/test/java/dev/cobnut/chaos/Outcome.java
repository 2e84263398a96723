package dev.cobnut.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;

/// What some rounds of one kind have come to; a paragraph of the report that `compat/chaos` prints.
///
/// @param ledger after its end
/// @param books its comparison with the data
/// @param behindMillis for each round how much later a client succeeded than a write at the new master itself could;
///     empty where that was not measured
record Outcome(String kind, int rounds, Ledger ledger, Ledger.Books books, List<Long> behindMillis) {
    /// Whatever happens, no answer is wrong, nothing is there that was not sent, nothing is there twice.
    void assertHonest() {
        assertThat(books.wrong()).as("what clients were answered").isEmpty();
        assertThat(books.doubled()).as("writes that are there twice").isZero();
        assertThat(books.denied())
                .as("writes that are there, and were not sent")
                .isZero();
    }

    /// Adds it to the file that `-Dcobnut.chaos.file` names, if it does.
    void report() throws IOException {
        String file = System.getProperty("cobnut.chaos.file");
        if (file != null) {
            Files.writeString(Path.of(file), this + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    @Override
    public String toString() {
        List<String> errors = ledger.errors();
        long unknown = errors.stream()
                .filter(error -> error.contains("outcome unknown"))
                .count();
        long notSent =
                errors.stream().filter(error -> error.contains("not sent")).count();
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%s, %d rounds%n"
                        + "  writes        %,d acknowledged, %d lost, %d doubled, %d there that were not sent%n"
                        + "  errors        %d: %d unknown, %d not sent; at most %d of one client; wrong replies: %d%n"
                        + "  longest wait of a client in a round: median %d ms, p99 %d ms, longest %d ms%n",
                kind,
                rounds,
                books.acknowledged(),
                books.lost(),
                books.doubled(),
                books.denied(),
                errors.size(),
                unknown,
                notSent,
                ledger.errorsOfOneMax(),
                books.wrong().size(),
                ledger.stallMillis(0.5),
                ledger.stallMillis(0.99),
                ledger.stallMillis(1)));
        if (!behindMillis.isEmpty()) {
            List<Long> sorted = behindMillis.stream().sorted().toList();
            text.append(String.format(
                    Locale.ROOT,
                    "  first success behind the first write that the new master took: min %d ms, median %d ms, max %d ms%n",
                    sorted.getFirst(),
                    sorted.get(sorted.size() / 2),
                    sorted.getLast()));
        }
        books.wrong().forEach(wrong -> text.append("  WRONG ").append(wrong).append('\n'));
        return text.toString();
    }
}
