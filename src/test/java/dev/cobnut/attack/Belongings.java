package dev.cobnut.attack;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// The keys of one client. Half of them are tagged, so that one shard has them all. A key whose content is uncertain
/// is not used again: [#sort] gives its place to a new one. For the thread of its client.
final class Belongings {
    private static final int TEXTS = 8;
    private static final int NUMBERS_MAX = 100;

    private final Weather weather;
    private final int owner;
    private final Random random;
    private final Map<String, Cell> cells = new HashMap<>();
    private final List<Cell> retired = new ArrayList<>();
    private long sequence;

    Belongings(Weather weather, int owner, Random random) {
        this.weather = weather;
        this.owner = owner;
        this.random = random;
    }

    /// A number that this client has never used.
    String fresh() {
        return owner + "." + sequence++;
    }

    /// A name for a key that nobody has used; on the shard of the tagged ones.
    String name(String kind) {
        return "{o" + owner + "}" + kind + fresh();
    }

    /// A value that says where it belongs.
    String value(int database, String key) {
        int size = random.nextInt(20) == 0 ? 50 + random.nextInt(5_000) : 0;
        return value(database, key, fresh(), size);
    }

    /// @param size length at least
    static String value(int database, String key, String sequence, int size) {
        String value = "v|" + database + "|" + key + "|" + sequence + "|";
        return value.repeat(1 + size / value.length());
    }

    Cell.Text text(int database) {
        return text(database, random.nextBoolean());
    }

    Cell.Text tagged(int database) {
        return text(database, true);
    }

    private Cell.Text text(int database, boolean tagged) {
        String place = database + "t" + tagged + random.nextInt(TEXTS / 2);
        return (Cell.Text) cells.computeIfAbsent(
                place, _ -> new Cell.Text(weather, database, tagged ? name("t") : "o" + owner + "t" + fresh()));
    }

    Cell.Count count(int database) {
        return (Cell.Count) cells.computeIfAbsent(database + "c", _ -> new Cell.Count(weather, database, name("c")));
    }

    Cell.Numbers numbers(int database) {
        return (Cell.Numbers)
                cells.computeIfAbsent(database + "n", _ -> new Cell.Numbers(weather, database, name("n")));
    }

    /// Lets go of what is uncertain, or full.
    void sort() {
        cells.values().removeIf(cell -> {
            boolean done = cell.isBlurred() || (cell instanceof Cell.Numbers list && list.size() > NUMBERS_MAX);
            if (done) {
                retired.add(cell);
            }
            return done;
        });
    }

    /// All that this client has ever had.
    List<Cell> all() {
        List<Cell> all = new ArrayList<>(retired);
        all.addAll(cells.values());
        return all;
    }
}
