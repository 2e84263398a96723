package dev.cobnut.proxy.frontend;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cobnut.resp.ReplyCursor;
import dev.cobnut.resp.RequestCursor;
import dev.cobnut.resp.RespWriter;
import java.io.ByteArrayOutputStream;

/// SCAN over several shards, one after the other. The client's cursor is `node's cursor * shards + shard`; where a node
/// says 0, the next shard begins.
///
/// A node's cursor has as many bits as its table of keys needs, so that there is room for the shard. Guarantees are
/// those of SCAN on each shard: a key that is there all the time is returned at least once.
final class ScanReply extends JoinedReply {
    private final int shard;
    private final int shards;
    private byte[] answer = new byte[0];

    private ScanReply(PoolFront pool, int shard) {
        super(pool);
        this.shard = shard;
        this.shards = pool.links().size();
    }

    @Override
    void onFragment(Fragment fragment) {
        answer = fragment.reply();
        super.onFragment(fragment);
    }

    @Override
    byte[] join() {
        ReplyCursor cursor = new ReplyCursor();
        cursor.reset(answer, 0, answer.length);
        cursor.next();
        cursor.enter();
        cursor.next();
        long node;
        try {
            node = Long.parseUnsignedLong(
                    new String(answer, cursor.textFrom(), cursor.textTo() - cursor.textFrom(), US_ASCII));
        } catch (NumberFormatException e) {
            return RespWriter.error("ERR a node answered SCAN with a cursor that is no number");
        }
        if (Long.compareUnsigned(node, Long.MAX_VALUE / shards - 1) > 0) {
            return RespWriter.error("ERR a node answered SCAN with a cursor that has no room for the shard: " + node);
        }
        int next = node == 0 ? shard + 1 : shard;
        byte[] client = RespWriter.bulk(next == shards ? "0" : Long.toString(node * shards + next));
        ByteArrayOutputStream reply = new ByteArrayOutputStream(answer.length + 16);
        reply.writeBytes("*2\r\n".getBytes(US_ASCII));
        reply.writeBytes(client);
        reply.write(answer, cursor.to(), answer.length - cursor.to());
        return reply.toByteArray();
    }

    /// Reads cursors of clients. One for each event loop.
    static final class Cursors {
        private final RequestCursor args = new RequestCursor();

        /// Sends a whole SCAN to the shard that its cursor names.
        void send(ClientConnection client, byte[] bytes, int from, int to) {
            PoolFront pool = client.pool();
            int shards = pool.links().size();
            args.reset(bytes, from, to - from);
            args.seek(1);
            long cursor = args.integer();
            if (cursor < 0) {
                client.replies().answer(RespWriter.error("ERR invalid cursor"));
                return;
            }
            ScanReply reply = client.replies().add(new ScanReply(pool, (int) (cursor % shards)));
            byte[] node = RespWriter.bulk(Long.toString(cursor / shards));
            // $1 CR LF 0 CR LF: what stands before the cursor, the cursor, and what stands behind it.
            int header = args.offset() - 2;
            while (bytes[header - 1] != '\n') {
                header--;
            }
            ByteArrayOutputStream request = new ByteArrayOutputStream(to - from + 16);
            request.write(bytes, from, header - from);
            request.writeBytes(node);
            int rest = args.offset() + args.length() + 2;
            request.write(bytes, rest, to - rest);
            byte[] frame = request.toByteArray();
            pool.send(client, reply.shard, reply.addFragment(reply.shard), frame, 0, frame.length);
            reply.sentAll();
        }
    }
}
