package dev.cobnut.chaos;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.cobnut.proxy.backend.Exchange;
import dev.cobnut.proxy.backend.Failure;
import dev.cobnut.proxy.backend.Hold;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A client of a [SimLoop] that sends requests in pipelines. They wait as those of real clients do: for the master, and for
/// what is under way on lanes of the past.
final class SimClient {
    /// What became of a request.
    enum Ending {
        NONE,
        ANSWERED,
        NOT_SENT,
        UNKNOWN
    }

    /// One request. Its reply is `ID NUMBER`, the number of its execution.
    final class Request extends Exchange {
        final String id;
        final boolean write;
        final byte[] bytes;
        Ending ending = Ending.NONE;
        long begunNanos;
        int number;

        /// The nodes that have executed it.
        final List<SimNode> executed = new ArrayList<>();

        /// The last of them did so when another had been promoted.
        boolean late;

        SimLoop loop() {
            return loop;
        }

        private Request(String id, String command, String key, int padding) {
            this.id = id;
            this.write = !command.equals("GET");
            String text = "*" + (padding > 0 ? 4 : 3) + word(command) + word(key) + word(id)
                    + (padding > 0 ? word("x".repeat(padding)) : "") + "\r\n";
            this.bytes = text.getBytes(StandardCharsets.US_ASCII);
            if (!write) {
                isRead();
            }
        }

        private static String word(String text) {
            return "\r\n$" + text.length() + "\r\n" + text;
        }

        @Override
        protected boolean isUnwanted() {
            return gone;
        }

        @Override
        public boolean onReply(byte[] bytes, int from, int to) {
            String[] lines = new String(bytes, from, to - from, ISO_8859_1).split("\r\n", -1);
            String[] said = lines[0].startsWith("$") ? lines[1].split(" ", -1) : new String[] {lines[0]};
            if (!said[0].equals(id)) {
                world.violation("request " + id + " is answered with " + List.of(lines));
            } else {
                number = Integer.parseInt(said[1]);
            }
            end(Ending.ANSWERED);
            return true;
        }

        @Override
        public boolean onReplyPart(ByteBuf part, boolean last) {
            world.violation("a part of a reply to request " + id);
            return true;
        }

        @Override
        public void onFailure(Failure failure, boolean sent) {
            world.note("request " + id + (sent ? " unknown: " : " not sent: ") + failure);
            end(sent ? Ending.UNKNOWN : Ending.NOT_SENT);
        }

        private void end(Ending how) {
            if (ending != Ending.NONE) {
                world.violation("request " + id + " has ended twice: " + ending + ", " + how);
            }
            ending = how;
            world.onEnded(this);
            if (--underWay == 0) {
                loop.defer(SimClient.this::pump);
            }
        }

        @Override
        public Object receiver() {
            return SimClient.this;
        }
    }

    private final SimWorld world;
    private final SimLoop loop;
    private final String name;
    private final int lane;
    private final Runnable onMaster = this::onMaster;
    private final ArrayDeque<Request> queue = new ArrayDeque<>();

    /// All it has sent, in order.
    final List<Request> sent = new ArrayList<>();

    private int count;
    private int underWay;
    private int laneEpoch;
    private boolean gone;
    private @Nullable Hold waitsFor;

    SimClient(SimWorld world, SimLoop loop, int index) {
        this.world = world;
        this.loop = loop;
        this.name = loop.index + "." + index + ".";
        this.lane = loop.settings.lane(0, false, index);
    }

    /// A pipeline arrives; nothing while much is waiting.
    void ask(int requests) {
        if (gone || queue.size() > 30) {
            return;
        }
        for (int i = 0; i < requests; i++) {
            String command = List.of("GET", "SET", "INCR", "INCR").get(world.below(4));
            int padding = world.chance(20) ? world.below(3_000) : 0;
            Request request = new Request(name + count++, command, "key" + world.below(40), padding);
            queue.add(request);
            world.onAsked(request);
        }
        loop.turnWithClock(this::pump);
    }

    private void pump() {
        while (!queue.isEmpty() && waitsFor == null && !gone) {
            if (underWay == 0) {
                laneEpoch = loop.epoch.current();
            } else if (laneEpoch != loop.epoch.current()) {
                return;
            }
            Request next = queue.element();
            if (next.begunNanos == 0) {
                next.begunNanos = world.nowNanos();
                sent.add(next);
            }
            if (loop.shard().isHeld() && loop.hold().await(onMaster)) {
                waitsFor = loop.hold();
                return;
            }
            queue.remove();
            underWay++;
            loop.shard().master().send(lane, next, next.bytes, 0, next.bytes.length);
        }
    }

    private void onMaster() {
        waitsFor = null;
        pump();
    }

    /// It closes its connection.
    void leave() {
        loop.turnWithClock(() -> {
            gone = true;
            if (waitsFor != null) {
                waitsFor.forget(onMaster);
                waitsFor = null;
            }
            queue.forEach(world::forget);
            queue.clear();
        });
    }

    boolean isGone() {
        return gone;
    }

    boolean isIdle() {
        return gone ? underWay == 0 : queue.isEmpty() && underWay == 0;
    }
}
