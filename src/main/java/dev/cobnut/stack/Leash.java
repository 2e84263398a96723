package dev.cobnut.stack;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Ends our child processes when this JVM is gone, however it went: a kill -9 runs no shutdown hook.
///
/// One `sh` per JVM, started with the first child. It reads `+ PID` and `- PID` from a pipe whose only writer is this
/// JVM; the kernel closes the pipe when the JVM dies, and the shell then sends TERM, and KILL 3 s later, to whoever is
/// still held. It ignores the terminal's Ctrl-C, which goes to the whole process group. Any thread may call.
final class Leash {
    private static final String SCRIPT = """
            trap '' INT TERM HUP
            held=' '
            while read -r sign pid; do
                case $sign in
                    +) held="$held$pid " ;;
                    -) case $held in *" $pid "*) held="${held%% $pid *} ${held#* $pid }" ;; esac ;;
                esac
            done
            [ "$held" = ' ' ] && exit 0
            kill -TERM $held 2>/dev/null
            sleep 3
            kill -KILL $held 2>/dev/null
            """;

    private static final Set<Long> held = new LinkedHashSet<>();
    private static @Nullable Process shell;

    private Leash() {}

    /// Ends this process when the JVM is gone.
    static synchronized void hold(long pid) throws IOException {
        held.add(pid);
        if (shell != null && shell.isAlive()) {
            tell(shell, '+', pid);
            return;
        }
        Process fresh = new ProcessBuilder("/bin/sh", "-c", SCRIPT, "cobnut-leash")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        for (long each : held) {
            tell(fresh, '+', each);
        }
        shell = fresh;
    }

    /// Forgets a process that has ended; its id may soon be somebody else's.
    static synchronized void release(long pid) {
        if (!held.remove(pid) || shell == null) {
            return;
        }
        try {
            tell(shell, '-', pid);
        } catch (IOException _) {
            shell = null; // killed by somebody, so it ends nobody; the next hold() starts another
        }
    }

    private static void tell(Process shell, char sign, long pid) throws IOException {
        OutputStream pipe = shell.getOutputStream();
        pipe.write((sign + " " + pid + "\n").getBytes(StandardCharsets.US_ASCII));
        pipe.flush();
    }
}
