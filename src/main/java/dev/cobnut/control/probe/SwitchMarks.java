package dev.cobnut.control.probe;

import dev.cobnut.net.RespConnection;
import dev.cobnut.resp.RespValue;
import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a planned switch changes at nodes for a while: the old master refuses writes (it is *fenced*), and replicas that are
/// not to be chosen stand back. Each setting that is changed becomes [#MARK] plus what it was before, so that whoever
/// reads it knows what to put back.
///
/// | setting | marked, it means |
/// | --- | --- |
/// | `min-replicas-to-write` | no group has that many: every client's write, EXEC and script gets NOREPLICAS, and is not executed |
/// | `min-replicas-max-lag` | more seconds than any replica lags; marked only where it was 0, which switches the check off |
/// | `replica-priority` | Sentinel prefers every replica with a lower one |
///
/// Source: processCommand in server.c, refreshGoodSlavesCount in replication.c and compareSlavesForPromotion in sentinel.c of
/// Redis 7.0.
///
/// Blocking; each call has a connection of its own, but where one is given.
public final class SwitchMarks {
    /// Above what anybody configures, and with that below 2^31.
    public static final int MARK = 1_000_000_000;

    private static final String REPLICAS = "min-replicas-to-write";
    private static final String LAG = "min-replicas-max-lag";
    private static final String PRIORITY = "replica-priority";
    private static final List<String> ALL = List.of(LAG, REPLICAS, PRIORITY);
    private static final int TIMEOUT_MILLIS = 1_000;

    /// What it takes to set a mark and to put back what was there; each is asked for in a transaction that is thrown away.
    private static final List<String[]> NEEDED = List.of(
            new String[] {"CONFIG", "GET", REPLICAS},
            new String[] {"CONFIG", "SET", REPLICAS, "0"},
            new String[] {"CONFIG", "REWRITE"},
            new String[] {"ROLE"});

    /// The node answers, and refuses: its user may not do this, or the command has another name.
    public static final class Refused extends IOException {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    /// What was lifted.
    ///
    /// @param had whether there were marks
    /// @param fileRefusal why the configuration file may still have them; null when it has none
    public record Lifted(boolean had, @Nullable String fileRefusal) {}

    /// What was found at a node.
    public enum Found {
        /// A master with its own settings.
        MASTER,
        /// A master with marks: it refuses writes.
        MARKED_MASTER,
        /// A replica with its own settings.
        REPLICA,
        /// A replica that would refuse writes, if it became a master.
        MARKED_REPLICA,
        /// A replica that is not to be chosen, and has no other marks.
        STANDING_BACK,
        /// It is there, and would not say: this user may not ask.
        MUTE,
        /// It did not answer.
        ABSENT
    }

    private SwitchMarks() {}

    /// Looks. Blocks for some seconds at most.
    ///
    /// @param login for AUTH; null for none
    public static Found look(NodeAddress.Tcp node, @Nullable Login login) {
        try (RespConnection connection = Dial.open(node, login, TIMEOUT_MILLIS)) {
            boolean marked = false;
            boolean fenced = false;
            for (String setting : ALL) {
                RespValue reply = ask(connection, setting);
                if (reply instanceof RespValue.ErrorReply) {
                    return Found.MUTE;
                }
                boolean hasMark = value(connection, setting, reply) >= MARK;
                fenced |= hasMark && !setting.equals(PRIORITY);
                marked |= hasMark;
            }
            return switch (RoleAnswer.parse(connection.command("ROLE")).kind()) {
                case MASTER -> marked ? Found.MARKED_MASTER : Found.MASTER;
                case REPLICA -> fenced ? Found.MARKED_REPLICA : marked ? Found.STANDING_BACK : Found.REPLICA;
                case NONE -> Found.MUTE;
            };
        } catch (IOException _) {
            return Found.ABSENT;
        }
    }

    /// What this user may not do there of all that marks take. Changes nothing: the commands are queued by MULTI, where Redis
    /// refuses what is not permitted, and then thrown away. Blocks for some seconds at most.
    ///
    /// @param login for AUTH; null for none
    /// @return what is refused, for people; empty when nothing is, or the node does not say
    public static String lacking(NodeAddress.Tcp node, @Nullable Login login) {
        List<String> refused = new ArrayList<>();
        try (RespConnection connection = Dial.open(node, login, TIMEOUT_MILLIS)) {
            if (connection.command("MULTI") instanceof RespValue.ErrorReply) {
                return "";
            }
            for (String[] each : NEEDED) {
                if (connection.command(each) instanceof RespValue.ErrorReply) {
                    refused.add(each.length > 1 ? each[0] + " " + each[1] : each[0]);
                }
            }
            RespValue _ = connection.command("DISCARD");
        } catch (IOException _) {
            return "";
        }
        return String.join(", ", refused);
    }

    /// As whom nodes are told, for people.
    public static String who(@Nullable Login login) {
        return login == null || login.user() == null ? "user default" : "user " + login.user();
    }

    /// How many replicas a node wants to have before it takes writes, [#MARK] or more where it is fenced; 0 when it would not
    /// say.
    ///
    /// @throws IOException when it does not answer
    static int replicasWanted(RespConnection connection) throws IOException {
        RespValue reply = ask(connection, REPLICAS);
        return reply instanceof RespValue.ErrorReply ? 0 : value(connection, REPLICAS, reply);
    }

    /// Keeps every client's writes from a node. One that is fenced stays so.
    ///
    /// @param login for AUTH; null for none
    /// @return whether it was not fenced before, so that this fence is the caller's
    /// @throws IOException when it does not answer or refuses; whether it is fenced is not known then
    public static boolean fence(NodeAddress.Tcp node, @Nullable Login login) throws IOException {
        try (RespConnection connection = Dial.open(node, login, TIMEOUT_MILLIS)) {
            if (read(connection, LAG) == 0) {
                mark(connection, LAG);
            }
            return mark(connection, REPLICAS);
        }
    }

    /// Has Sentinel prefer all other replicas.
    ///
    /// @param login for AUTH; null for none
    /// @throws IOException when it does not answer or refuses; whether it stands back is not known then
    public static void standBack(NodeAddress.Tcp replica, @Nullable Login login) throws IOException {
        try (RespConnection connection = Dial.open(replica, login, TIMEOUT_MILLIS)) {
            mark(connection, PRIORITY);
        }
    }

    /// Puts back what is marked; where the node's configuration file may have been written meanwhile, as Sentinel does with each
    /// new replica, in that file, too. A node without marks is left alone.
    ///
    /// @param login for AUTH; null for none
    /// @param areOld whether somebody else has left them, nobody knows when: then the file may have them
    /// @throws IOException when it does not answer or refuses; whether there still are is not known then
    public static Lifted lift(NodeAddress.Tcp node, @Nullable Login login, boolean areOld) throws IOException {
        try (RespConnection connection = Dial.open(node, login, TIMEOUT_MILLIS)) {
            boolean had = false;
            for (String setting : ALL) {
                int value = read(connection, setting);
                if (value >= MARK) {
                    write(connection, setting, value - MARK);
                    had = true;
                }
            }
            boolean mayBeInFile = had
                    && (areOld || RoleAnswer.parse(connection.command("ROLE")).kind() == RoleAnswer.Kind.REPLICA);
            return new Lifted(had, mayBeInFile ? rewrite(connection) : null);
        }
    }

    /// @return why it was not; null when it was, or there is no file, and so nothing to mend
    private static @Nullable String rewrite(RespConnection connection) throws IOException {
        RespValue reply = connection.command("CONFIG", "REWRITE");
        boolean refused = reply instanceof RespValue.ErrorReply && !reply.text().contains("without a config file");
        return refused ? StrictText.printable(reply.text()) : null;
    }

    /// @return whether it was not marked before
    private static boolean mark(RespConnection connection, String setting) throws IOException {
        int value = read(connection, setting);
        if (value < MARK) {
            write(connection, setting, MARK + value);
        }
        return value < MARK;
    }

    private static int read(RespConnection connection, String setting) throws IOException {
        return value(connection, setting, ask(connection, setting));
    }

    private static RespValue ask(RespConnection connection, String setting) throws IOException {
        return connection.command("CONFIG", "GET", setting);
    }

    private static int value(RespConnection connection, String setting, RespValue reply) throws IOException {
        if (reply instanceof RespValue.ErrorReply) {
            throw new Refused(
                    connection + " refuses CONFIG GET " + setting + ": " + StrictText.printable(reply.text()));
        }
        List<RespValue> pair = StrictText.elements(reply);
        if (pair.size() != 2) {
            throw new IOException(connection + " has no setting " + setting + " (expected: Redis 5 or later)");
        }
        return (int) StrictText.number(setting, pair.get(1).text(), 0, Integer.MAX_VALUE);
    }

    private static void write(RespConnection connection, String setting, int value) throws IOException {
        RespValue reply = connection.command("CONFIG", "SET", setting, Integer.toString(value));
        if (reply instanceof RespValue.ErrorReply) {
            throw new Refused(
                    connection + " refuses CONFIG SET " + setting + ": " + StrictText.printable(reply.text()));
        }
    }
}
