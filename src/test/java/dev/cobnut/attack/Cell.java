package dev.cobnut.attack;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One key that belongs to one client, and what it may hold. Nobody else writes it.
///
/// After a write with an unknown outcome a cell is *blurred*: the write may still come, so what it may hold only grows.
/// The client then uses the key no more, and what it holds in the end is compared with what it may hold. A node that is
/// killed comes back empty: what was written before that may be gone ([Weather#losses]).
///
/// For the thread of its client, and in the end for that of the campaign.
abstract sealed class Cell {
    /// As many characters of a value are looked at in the end.
    static final int SHOWN = 200;

    final int database;
    final String key;
    private final Weather weather;
    private int stamp;
    private boolean blurred;

    private Cell(Weather weather, int database, String key) {
        this.weather = weather;
        this.database = database;
        this.key = key;
        this.stamp = weather.losses();
    }

    final boolean isBlurred() {
        return blurred;
    }

    final void blur() {
        blurred = true;
    }

    /// Something is known to have been so when a request was executed that was sent at this stamp.
    final void settle(int sentStamp) {
        stamp = blurred ? stamp : sentStamp;
    }

    /// Whether what was known may have been lost since.
    final boolean mayBeLost() {
        return stamp % 2 == 1 || weather.losses() != stamp;
    }

    /// Whether the key may be as it was found in the end.
    ///
    /// @param found the beginning of the value, or the elements of a list; null when there is no such key
    abstract boolean mayEndAs(@Nullable List<String> found);

    /// What it may hold, for the report.
    abstract String expected();

    /// A string.
    static final class Text extends Cell {
        private static final String ABSENT = "(nil)";

        private final Set<String> possible = new HashSet<>(Set.of(ABSENT));

        Text(Weather weather, int database, String key) {
            super(weather, database, key);
        }

        /// @param value null when there is none
        boolean read(@Nullable String value, int sentStamp) {
            String seen = value == null ? ABSENT : value;
            if (!possible.contains(seen) && !(value == null && mayBeLost())) {
                return false;
            }
            write(value, sentStamp);
            return true;
        }

        /// @param value null when it was deleted
        void write(@Nullable String value, int sentStamp) {
            if (!isBlurred()) {
                possible.clear();
            }
            possible.add(value == null ? ABSENT : value);
            settle(sentStamp);
        }

        void maybeWrite(@Nullable String value) {
            possible.add(value == null ? ABSENT : value);
            blur();
        }

        boolean mayBeAbsent() {
            return possible.contains(ABSENT) || mayBeLost();
        }

        boolean mayBePresent() {
            return possible.size() > 1 || !possible.contains(ABSENT);
        }

        @Override
        boolean mayEndAs(@Nullable List<String> found) {
            if (found == null) {
                return mayBeAbsent();
            }
            return possible.stream()
                    .anyMatch(each ->
                            each.substring(0, Math.min(SHOWN, each.length())).equals(found.getFirst()));
        }

        @Override
        String expected() {
            return "one of "
                    + possible.stream().map(each -> Reply.of('$', each)).toList() + (mayBeLost() ? " or lost" : "");
        }
    }

    /// A counter that only grows.
    static final class Count extends Cell {
        private long least;
        private long most;

        Count(Weather weather, int database, String key) {
            super(weather, database, key);
        }

        boolean increment(long value, int sentStamp) {
            if (value > most + 1 || value < (mayBeLost() ? 1 : least + 1)) {
                return false;
            }
            most = isBlurred() ? most + 1 : value;
            least = isBlurred() ? Math.min(value, least + 1) : value;
            settle(sentStamp);
            return true;
        }

        /// It was incremented, and nobody said to what.
        void incrementUnseen(int sentStamp) {
            least = mayBeLost() ? 1 : least + 1;
            most++;
            settle(sentStamp);
        }

        void maybeIncrement() {
            most++;
            blur();
        }

        @Override
        boolean mayEndAs(@Nullable List<String> found) {
            long value = found == null ? 0 : Long.parseLong(found.getFirst());
            return value <= most && (value >= least || mayBeLost());
        }

        @Override
        String expected() {
            return least + " to " + most + (mayBeLost() ? " or lost" : "");
        }
    }

    /// A list to which each number is added once.
    static final class Numbers extends Cell {
        private final List<String> sure = new ArrayList<>();
        private final Set<String> maybe = new HashSet<>();
        private final Set<String> never = new HashSet<>();

        Numbers(Weather weather, int database, String key) {
            super(weather, database, key);
        }

        int size() {
            return sure.size();
        }

        boolean push(String number, long length, int sentStamp) {
            if (length > sure.size() + maybe.size() + 1 || length < (mayBeLost() ? 1 : sure.size() + 1)) {
                return false;
            }
            sure.add(number);
            if (!isBlurred() && length < sure.size()) {
                sure.subList(0, sure.size() - (int) length).clear();
            }
            settle(sentStamp);
            return true;
        }

        void maybePush(String number) {
            maybe.add(number);
            blur();
        }

        void notPushed(String number) {
            never.add(number);
        }

        @Override
        boolean mayEndAs(@Nullable List<String> found) {
            List<String> known = new ArrayList<>(found == null ? List.of() : found);
            if (new HashSet<>(known).size() < known.size()) {
                return false;
            }
            known.removeAll(maybe);
            // After a loss only the last ones need to be there.
            return known.equals(sure)
                    || (mayBeLost()
                            && known.size() <= sure.size()
                            && (isBlurred() ? new HashSet<>(sure).containsAll(known) : isSuffix(known)));
        }

        private boolean isSuffix(List<String> known) {
            return known.equals(sure.subList(sure.size() - known.size(), sure.size()));
        }

        @Override
        String expected() {
            return sure + ", perhaps " + maybe + (mayBeLost() ? " or lost" : "") + ", but never " + never;
        }
    }
}
