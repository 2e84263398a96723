package dev.cobnut.vip.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// The system calls that a speaker needs, with arrays of bytes for the structures of C; 64-bit Linux only. The only class that uses
/// `java.lang.foreign`.
///
/// javac warns of every such call that it could crash the JVM; here, and only here, that is known.
///
/// A call that blocks holds its thread, and would hold what carries a virtual thread: for platform threads only.
@SuppressWarnings("restricted")
final class Libc {
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int AF_NETLINK = 16;
    static final int AF_PACKET = 17;
    static final int SOCK_RAW = 3;

    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int EFD_FLAGS = SOCK_CLOEXEC | SOCK_NONBLOCK;
    private static final short POLLIN = 1;
    private static final int POLL_BYTES = 8;
    private static final int PR_CAP_AMBIENT = 47;
    private static final long PR_CAP_AMBIENT_CLEAR_ALL = 4;
    private static final long SECOND = 1_000_000_000;
    private static final int BUFFER = 65_536;
    private static final int CONTROL = 256;
    private static final int NAME = 128;
    private static final int TEXT_MAX = 256;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle SOCKET = handle("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle SETSOCKOPT =
            handle("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle BIND = handle("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle SENDTO =
            handle("sendto", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle RECVMSG = handle("recvmsg", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle PPOLL = handle("ppoll", JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);
    private static final MethodHandle EVENTFD = handle("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle READ = handle("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle WRITE = handle("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle CLOSE = handle("close", JAVA_INT, JAVA_INT);
    private static final MethodHandle PRCTL = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("prctl"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(1),
            Linker.Option.captureCallState("errno"));
    private static final MethodHandle STRERROR = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("strerror"), FunctionDescriptor.of(ADDRESS, JAVA_INT));

    private Libc() {}

    /// What has come over a socket.
    static final class Received {
        private final byte[] bytes;
        private final byte[] from;
        private final byte[] control;

        /// @param from the address structure of whoever sent it; empty for none
        /// @param control what the kernel says beside it: a row of control messages
        Received(byte[] bytes, byte[] from, byte[] control) {
            this.bytes = bytes;
            this.from = from;
            this.control = control;
        }

        byte[] bytes() {
            return bytes;
        }

        byte[] from() {
            return from;
        }

        byte[] control() {
            return control;
        }
    }

    /// A socket that does not block, and that no child gets.
    static int socket(int family, int type, int protocol) throws Errno {
        return (int) checked(
                "socket",
                (_, state) -> (int) SOCKET.invokeExact(state, family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol));
    }

    static void setOption(int fd, int level, int name, byte[] value) throws Errno {
        checked(
                "setsockopt " + level + "/" + name,
                (arena, state) ->
                        (int) SETSOCKOPT.invokeExact(state, fd, level, name, copy(arena, value), value.length));
    }

    static void bind(int fd, byte[] address) throws Errno {
        checked("bind", (arena, state) -> (int) BIND.invokeExact(state, fd, copy(arena, address), address.length));
    }

    static void send(int fd, byte[] bytes, byte[] to) throws Errno {
        checked("send", (arena, state) -> (long) SENDTO.invokeExact(
                state, fd, copy(arena, bytes), (long) bytes.length, 0, copy(arena, to), to.length));
    }

    /// The next thing that has come; null when nothing has.
    static @Nullable Received receive(int fd) throws Errno {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(BUFFER);
            MemorySegment name = arena.allocate(NAME);
            MemorySegment control = arena.allocate(CONTROL, Long.BYTES);
            MemorySegment vector = arena.allocate(ADDRESS, 2);
            vector.set(ADDRESS, 0, buffer);
            vector.set(JAVA_LONG, 8, BUFFER);
            // struct msghdr: name, its length, vector, its length, control, its length, flags
            MemorySegment header = arena.allocate(ADDRESS, 7);
            header.set(ADDRESS, 0, name);
            header.set(JAVA_INT, 8, NAME);
            header.set(ADDRESS, 16, vector);
            header.set(JAVA_LONG, 24, 1);
            header.set(ADDRESS, 32, control);
            header.set(JAVA_LONG, 40, CONTROL);
            long length = checked("recvmsg", (_, state) -> (long) RECVMSG.invokeExact(state, fd, header, 0));
            return new Received(
                    bytes(buffer, length),
                    bytes(name, header.get(JAVA_INT, 8)),
                    bytes(control, header.get(JAVA_LONG, 40)));
        } catch (Errno e) {
            if (e.isNothingThere()) {
                return null;
            }
            throw e;
        }
    }

    /// Waits until one of them can be read, or the time is over.
    static void poll(int[] fds, long nanos) throws Errno {
        try {
            checked("poll", (arena, state) -> {
                MemorySegment polled = arena.allocate((long) POLL_BYTES * fds.length, Long.BYTES);
                for (int i = 0; i < fds.length; i++) {
                    polled.set(JAVA_INT, (long) POLL_BYTES * i, fds[i]);
                    polled.set(JAVA_SHORT, (long) POLL_BYTES * i + 4, POLLIN);
                }
                MemorySegment time = arena.allocate(JAVA_LONG, 2);
                time.set(JAVA_LONG, 0, nanos / SECOND);
                time.set(JAVA_LONG, 8, nanos % SECOND);
                return (int) PPOLL.invokeExact(state, polled, (long) fds.length, time, MemorySegment.NULL);
            });
        } catch (Errno e) {
            if (!e.isNothingThere()) {
                throw e;
            }
        }
    }

    /// A counter that can be waited for.
    static int eventCounter() throws Errno {
        return (int) checked("eventfd", (_, state) -> (int) EVENTFD.invokeExact(state, 0, EFD_FLAGS));
    }

    /// Adds one to a counter. Any thread.
    static void count(int counter) throws Errno {
        checked("write", (arena, state) -> (long)
                WRITE.invokeExact(state, counter, arena.allocateFrom(JAVA_LONG, 1), (long) Long.BYTES));
    }

    /// Sets a counter to nothing.
    static void reset(int counter) throws Errno {
        try {
            checked("read", (arena, state) ->
                    (long) READ.invokeExact(state, counter, arena.allocate(JAVA_LONG), (long) Long.BYTES));
        } catch (Errno e) {
            if (!e.isNothingThere()) {
                throw e;
            }
        }
    }

    /// Whatever it answers, the descriptor is gone.
    static void close(int fd) {
        call((_, state) -> (int) CLOSE.invokeExact(state, fd));
    }

    /// Keeps what this thread starts from having this process' rights; what root starts has them anyhow.
    static void keepRightsFromChildren() throws Errno {
        checked("prctl", (_, state) ->
                (int) PRCTL.invokeExact(state, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0L, 0L, 0L));
    }

    private static MethodHandle handle(String name, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"));
    }

    /// What a handle is called with: memory for the duration of the call, and where errno is put.
    @FunctionalInterface
    private interface Call {
        long of(Arena arena, MemorySegment state) throws Throwable;
    }

    /// @throws Errno when the result is less than 0
    private static long checked(String name, Call call) throws Errno {
        Outcome outcome = call(call);
        if (outcome.result < 0) {
            throw refusal(name, outcome.errno);
        }
        return outcome.result;
    }

    private static Outcome call(Call call) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            long result = call.of(arena, state);
            return new Outcome(result, (int) ERRNO.get(state, 0L));
        } catch (Throwable e) {
            // These call C, which throws nothing.
            throw new IllegalStateException("a system call could not be made", e);
        }
    }

    private record Outcome(long result, int errno) {}

    /// An error of which the kernel tells otherwise than by a call that fails.
    static Errno refusal(String call, int number) {
        return new Errno(call, number, text(number));
    }

    /// What the C library says of an error.
    private static String text(int errno) {
        try {
            MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
            return text.reinterpret(TEXT_MAX).getString(0);
        } catch (Throwable e) {
            throw new IllegalStateException("strerror could not be called", e);
        }
    }

    private static MemorySegment copy(Arena arena, byte[] bytes) {
        MemorySegment copy = arena.allocate(Math.max(1, bytes.length), Long.BYTES);
        MemorySegment.copy(bytes, 0, copy, JAVA_BYTE, 0, bytes.length);
        return copy;
    }

    private static byte[] bytes(MemorySegment segment, long length) {
        return segment.asSlice(0, Math.min(length, segment.byteSize())).toArray(JAVA_BYTE);
    }
}
