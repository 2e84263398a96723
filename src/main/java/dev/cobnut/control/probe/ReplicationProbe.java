package dev.cobnut.control.probe;

import dev.cobnut.net.RespConnection;
import dev.cobnut.resp.RespValue;
import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Asks one node for INFO again and again, on one connection that is kept while it answers. One thread
/// asks at a time; any may close.
public final class ReplicationProbe implements AutoCloseable {
    /// What connections are called by which masters are watched, so that others see where a Cobnut is.
    public static final String NAME = "cobnut";

    private static final int TIMEOUT_MILLIS = 400;

    /// What a node says that wants replicas before it takes writes: how many follow it closely enough.
    private static final Pattern FOLLOWING = Pattern.compile("\nmin_slaves_good_slaves:([0-9]{1,9})");

    private final NodeAddress.Tcp address;
    private final @Nullable Login login;
    private final boolean named;

    // Both guarded by this.
    private @Nullable RespConnection kept;
    private boolean closed;

    /// Connects when it is asked.
    ///
    /// @param login for AUTH; null for none
    public ReplicationProbe(NodeAddress.Tcp address, @Nullable Login login) {
        this(address, login, false);
    }

    private ReplicationProbe(NodeAddress.Tcp address, @Nullable Login login, boolean named) {
        this.address = address;
        this.login = login;
        this.named = named;
    }

    /// The same, and its connection is called [#NAME], which costs each new one a way there and back.
    ///
    /// @param login for AUTH; null for none
    public static ReplicationProbe named(NodeAddress.Tcp address, @Nullable Login login) {
        return new ReplicationProbe(address, login, true);
    }

    /// Asks it. Blocks for 1.2 s at most; an interrupt ends that.
    public ReplicationInfo ask() {
        try {
            return ReplicationInfo.parse(connection().command("INFO", "replication"));
        } catch (IOException e) {
            drop();
            return new ReplicationInfo.Nothing(String.valueOf(e.getMessage()));
        }
    }

    /// Asks it whether it is a master, and of which data. Blocks as [#ask] does.
    public MasterAnswer askMaster() {
        boolean fresh = isFresh();
        try {
            RespConnection connection = connection();
            RespValue reply = connection.command("INFO");
            MasterAnswer answer = MasterAnswer.parse(reply);
            Matcher following = FOLLOWING.matcher(reply.text());
            // It says so when it may refuse writes for want of replicas.
            if (!(answer instanceof MasterAnswer.Master master) || !following.find()) {
                return answer;
            }
            int wanted = SwitchMarks.replicasWanted(connection);
            boolean fenced = wanted >= SwitchMarks.MARK;
            return new MasterAnswer.Master(
                    master.history(), fenced, !fenced && Integer.parseInt(following.group(1)) < wanted);
        } catch (IOException e) {
            drop();
            // What was kept may have ended long ago, with the process that it led to.
            return fresh ? new MasterAnswer.Nothing(String.valueOf(e.getMessage())) : askMaster();
        }
    }

    private synchronized boolean isFresh() {
        return kept == null;
    }

    /// Ends the connection, and a question that is under way. Any thread.
    @Override
    public synchronized void close() {
        closed = true;
        drop();
    }

    private RespConnection connection() throws IOException {
        synchronized (this) {
            if (kept != null) {
                return kept;
            }
        }
        RespConnection fresh = Dial.open(address, login, TIMEOUT_MILLIS);
        keep(fresh);
        if (named) {
            // Who may not does without.
            RespValue _ = fresh.command("CLIENT", "SETNAME", NAME);
        }
        return fresh;
    }

    private synchronized void keep(RespConnection fresh) throws IOException {
        if (closed) {
            fresh.close();
            throw new IOException(address + " is not asked any more");
        }
        kept = fresh;
    }

    private synchronized void drop() {
        if (kept != null) {
            kept.close();
            kept = null;
        }
    }
}
