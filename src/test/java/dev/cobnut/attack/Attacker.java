package dev.cobnut.attack;

import dev.cobnut.testing.Requests;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/// One client: lives through habits, on one connection after the other, and compares each reply with what it may be.
/// Its thread owns it.
final class Attacker implements Runnable {
    private static final int SENT_BY_ITSELF_MAX = 32 << 10;

    /// The client leaves its connection, or has to.
    @SuppressWarnings("serial")
    static final class Left extends Exception {
        Left() {
            super("left", null, false, false);
        }
    }

    /// A request on its way.
    private record Asked(List<String> words, Expectation expectation, boolean muted) {}

    private final Arena arena;
    private final int number;
    private final Random random;
    private final Belongings belongings;
    private final List<Asked> batch = new ArrayList<>();
    private final Diary last = new Diary();
    private final Aside aside;
    private final Set<String> heard = new HashSet<>();
    private final Set<String> listening = new HashSet<>();
    private Habit habit = Habit.READS_AND_WRITES;
    private Wire wire;
    private int database;
    private boolean resp3;
    private boolean tracking;
    private boolean exposed;
    private boolean bound;
    private boolean slow;
    private boolean disoriented;

    /// What is done while a request waits.
    @FunctionalInterface
    interface Meanwhile {
        void run() throws Left;
    }

    Attacker(Arena arena, int number, long seed) throws IOException {
        this.arena = arena;
        this.number = number;
        this.random = new Random(seed);
        this.belongings = new Belongings(arena.weather(), number, random);
        this.wire = new Wire(arena.port());
        this.aside = new Aside(arena);
    }

    @Override
    public void run() {
        try {
            while (!arena.isOver()) {
                try {
                    for (int habits = 1 + random.nextInt(60); habits > 0 && !arena.isOver(); habits--) {
                        habit = arena.habit(random);
                        habit.live(this);
                        flush();
                    }
                    // Everything is answered: it goes in good order.
                    throw new Left();
                } catch (Left _) {
                    reconnect();
                }
            }
            wire.close();
            aside.close();
        } catch (IOException | RuntimeException e) {
            arena.findings().add("BROKEN " + habit, report("no exception", e.toString()));
        }
    }

    private void reconnect() throws IOException {
        wire.close();
        batch.clear();
        last.clear();
        belongings.sort();
        isReset();
        disoriented = false;
        if (!arena.isOver()) {
            wire = new Wire(arena.port());
        }
    }

    // ---- for habits -------------------------------------------------------------------------------------------------

    Arena arena() {
        return arena;
    }

    Random random() {
        return random;
    }

    Belongings own() {
        return belongings;
    }

    int database() {
        return database;
    }

    void entersDatabase(int selected) {
        database = selected;
    }

    boolean speaksResp3() {
        return resp3;
    }

    void speaks(int protocol) {
        resp3 = protocol == 3;
    }

    void tracks(boolean now) {
        tracking = now;
    }

    /// Whether a lost node may end its connection for a while: it has a state there.
    void isExposed(boolean now) {
        exposed = now;
    }

    /// A lost node may end its connection from now on.
    void isBound() {
        bound = true;
    }

    /// Something that it needs to know about its connection is not known: it leaves after the reply at hand.
    void isDisoriented() {
        disoriented = true;
    }

    /// The connection is as at first.
    void isReset() {
        heard.clear();
        listening.clear();
        database = 0;
        resp3 = false;
        tracking = false;
        exposed = false;
        bound = false;
        slow = false;
    }

    /// Channels and patterns.
    Set<String> listening() {
        return listening;
    }

    /// Adds a request to those that are sent next.
    void ask(Expectation expectation, String... words) {
        ask(expectation, List.of(words));
    }

    void ask(Expectation expectation, List<String> words) {
        batch.add(new Asked(words, expectation, false));
    }

    void ask(Request request) {
        ask(request.expectation(), request.words());
    }

    /// Adds a request that is not answered.
    void askMuted(Expectation expectation, String... words) {
        askMuted(expectation, List.of(words));
    }

    void askMuted(Expectation expectation, List<String> words) {
        batch.add(new Asked(words, expectation, true));
    }

    /// A reply that can be no other.
    void tripwire() {
        String fresh = "e|" + belongings.fresh();
        if (listening.isEmpty() || resp3) {
            ask(Expectation.bulk(fresh), random.nextBoolean() ? "ECHO" : "PING", fresh);
        } else {
            ask(
                    Expectation.of(
                            "[pong, " + fresh + "]",
                            r -> r.isArray(2) && r.elements().getLast().isBulk(fresh)),
                    "PING",
                    fresh);
        }
    }

    /// Sends what was asked and compares all replies.
    ///
    /// @throws Left when a reply was wrong or the connection is lost
    void flush() throws Left {
        flush(() -> {});
    }

    /// The same.
    ///
    /// @param meanwhile is done between sending and reading
    void flush(Meanwhile meanwhile) throws Left {
        int next = 0;
        try {
            int stamp = arena.weather().losses();
            sendAll();
            meanwhile.run();
            while (next < batch.size()) {
                Asked asked = batch.get(next);
                if (asked.muted()) {
                    asked.expectation().unknown();
                } else {
                    judge(asked, reply(), stamp);
                }
                next++;
                if (disoriented) {
                    throw new Left();
                }
            }
            batch.clear();
            belongings.sort();
        } catch (SocketTimeoutException e) {
            found("HUNG", batch.get(next).expectation().toString(), "nothing for " + Wire.HUNG_MILLIS + " ms", next);
            throw new Left();
        } catch (IOException e) {
            if (!mayBeClosed()) {
                found("CLOSED", batch.get(next).expectation().toString(), e.toString(), next);
            }
            throw new Left();
        } finally {
            for (; next < batch.size(); next++) {
                batch.get(next).expectation().unknown();
            }
        }
    }

    /// Asks on another connection, in the same database, and waits for the reply.
    Reply.Fate askAside(Request request) throws Left {
        Reply reply;
        int stamp = arena.weather().losses();
        try {
            reply = aside.ask(database, request.words().toArray(String[]::new));
        } catch (SocketTimeoutException _) {
            found("HUNG aside", request.expectation().toString(), "nothing for " + Wire.HUNG_MILLIS + " ms", -1);
            throw new Left();
        } catch (IOException _) {
            reply = Reply.LOST;
        }
        if (reply.fate() != Reply.Fate.ANSWERED) {
            aside.close();
        }
        judge(new Asked(request.words(), request.expectation(), false), reply, stamp);
        return reply.fate();
    }

    /// Waits until this was heard.
    ///
    /// @param message the name it was subscribed to by, a blank, and the text
    void awaitMessage(String message) throws Left {
        try {
            while (!heard.contains(message)) {
                onMessage(wire.read());
            }
        } catch (SocketTimeoutException e) {
            found("HUNG message", message, "nothing for " + Wire.HUNG_MILLIS + " ms", -1);
            throw new Left();
        } catch (IOException e) {
            throw new Left();
        }
    }

    /// Waits for messages until there is none.
    void hear() throws Left {
        try {
            while (wire.hasMore()) {
                Reply reply = wire.read();
                if (!isMessage(reply)) {
                    found("WRONG", "no reply", reply.toString(), -1);
                    throw new Left();
                }
                onMessage(reply);
            }
        } catch (IOException e) {
            throw new Left();
        }
    }

    /// Sends what was asked, all of it or a part, and leaves.
    void leaveInTheMiddle() throws Left {
        try {
            byte[] bytes = frames();
            wire.send(bytes, 0, random.nextInt(bytes.length + 1));
            switch (random.nextInt(3)) {
                case 0 -> wire.reset();
                case 1 -> wire.close();
                default -> {
                    if (random.nextBoolean()) {
                        wire.read();
                    }
                    wire.reset();
                }
            }
        } catch (IOException _) {
            // The proxy was quicker.
        }
        batch.forEach(asked -> asked.expectation().unknown());
        throw new Left();
    }

    /// Sends what was asked, then no more; all is answered, and the connection ends.
    void leaveHalf() throws Left {
        List<Asked> all = List.copyOf(batch);
        int stamp = arena.weather().losses();
        int next = 0;
        try {
            sendAll();
            wire.halfClose();
            for (; next < all.size(); next++) {
                judge(all.get(next), reply(), stamp);
            }
            Reply more = wire.read();
            while (isMessage(more)) {
                onMessage(more);
                more = wire.read();
            }
            found("WRONG", "the end", more.toString(), -1);
        } catch (IOException e) {
            if (next < all.size() && !mayBeClosed()) {
                found("CLOSED", all.get(next).expectation().toString(), e.toString(), next);
            }
        } finally {
            for (; next < all.size(); next++) {
                all.get(next).expectation().unknown();
            }
        }
        throw new Left();
    }

    /// Reads with rests between.
    void readSlowly(boolean slowly) {
        slow = slowly;
        wire.readSlowly(slowly);
    }

    private boolean mayBeClosed() {
        // The proxy closes those for whom others would have to wait.
        return slow
                || ((exposed || bound || !listening.isEmpty())
                        && !arena.weather().isCalm());
    }

    // ---- the wire ---------------------------------------------------------------------------------------------------

    private byte[] frames() {
        ByteArrayOutputStream all = new ByteArrayOutputStream(batch.size() * 64);
        for (Asked asked : batch) {
            all.writeBytes(Requests.frame(asked.words().toArray(String[]::new)));
        }
        return all.toByteArray();
    }

    private void sendAll() throws IOException {
        byte[] bytes = frames();
        if (bytes.length > SENT_BY_ITSELF_MAX) {
            // Who only sends while nobody reads may wait for ever.
            Wire to = wire;
            Thread.ofVirtual().start(() -> sendQuietly(to, bytes));
            return;
        }
        int cut = random.nextInt(4) == 0 ? random.nextInt(bytes.length + 1) : 0;
        wire.send(bytes, 0, cut);
        wire.send(bytes, cut, bytes.length - cut);
    }

    private static void sendQuietly(Wire to, byte[] bytes) {
        try {
            to.send(bytes, 0, bytes.length);
        } catch (IOException _) {
            // The reader sees it, too.
        }
    }

    private Reply reply() throws IOException, Left {
        while (true) {
            Reply reply = wire.read();
            arena.count();
            if (!isMessage(reply)) {
                return reply;
            }
            onMessage(reply);
        }
    }

    private boolean isMessage(Reply reply) {
        return switch (reply.type()) {
            case '>' -> !reply.head().endsWith("subscribe");
            case '*' -> !resp3 && !listening.isEmpty() && reply.head().endsWith("message");
            default -> false;
        };
    }

    private void onMessage(Reply reply) throws Left {
        if (!isMine(reply)) {
            found("WRONG message", "one of mine", reply.toString(), -1);
            throw new Left();
        }
    }

    private boolean isMine(Reply reply) {
        List<Reply> parts = reply.elements();
        return switch (reply.head()) {
            // Others of the same user may redirect theirs to an id that CLIENT ID has told.
            case "invalidate" -> tracking || bound;
            // Who redirects its own to another learns that the other has left (client-side caching, RESP3).
            case "tracking-redir-broken" -> bound;
            case "message" ->
                (bound && parts.get(1).text().equals("__redis__:invalidate"))
                        || (parts.size() == 3
                                && listening.contains(parts.get(1).text())
                                && isNews(
                                        parts.get(1).text(),
                                        parts.get(1).text(),
                                        parts.get(2).text()));
            case "pmessage" ->
                parts.size() == 4
                        && listening.contains(parts.get(1).text())
                        && isNews(
                                parts.get(1).text(),
                                parts.get(2).text(),
                                parts.get(3).text());
            default -> false;
        };
    }

    private boolean isNews(String name, String channel, String text) {
        return text.startsWith("m|" + channel + "|") && heard.add(name + " " + text);
    }

    private void judge(Asked asked, Reply reply, int stamp) throws Left {
        last.add(asked.words(), reply);
        Expectation expectation = asked.expectation();
        if (expectation.fits(reply, stamp)) {
            return;
        }
        Reply.Fate fate = reply.fate();
        if (fate != Reply.Fate.ANSWERED && reply.text().contains("Connection timed out")) {
            arena.weather().isSpoiled();
        }
        if (fate == Reply.Fate.ANSWERED || arena.weather().isCalm()) {
            String kind = fate == Reply.Fate.ANSWERED ? "WRONG" : "ERROR";
            found(kind, expectation.toString(), reply.toString(), batch.indexOf(asked));
            throw new Left();
        }
        if (fate == Reply.Fate.NOT_DONE) {
            expectation.notDone();
        } else {
            expectation.unknown();
        }
    }

    // ---- reports ----------------------------------------------------------------------------------------------------

    private void found(String kind, String expected, String got, int at) {
        String asked =
                at < 0 || at >= batch.size() ? "" : " " + batch.get(at).words().getFirst();
        arena.findings().add(kind + " " + habit + asked, report(expected, got));
    }

    private String report(String expected, String got) {
        return "  " + arena + ", client " + number + (resp3 ? ", RESP3" : ", RESP2") + ", database " + database
                + "\n  expected " + expected + "\n  got      " + got + "\n  weather  " + arena.weather()
                + "\n  last steps:" + last;
    }

    /// All that it has ever had.
    List<Cell> cells() {
        return belongings.all();
    }
}
