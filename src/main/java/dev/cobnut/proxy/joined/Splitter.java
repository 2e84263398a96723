package dev.cobnut.proxy.joined;

import dev.cobnut.proxy.client.Client;
import dev.cobnut.proxy.routing.PoolFront;
import dev.cobnut.proxy.routing.Router;
import dev.cobnut.resp.Frame;
import dev.cobnut.resp.KeyFinder;
import dev.cobnut.resp.Policy;
import dev.cobnut.resp.RespWriter;
import dev.cobnut.resp.SetOperation;
import java.io.ByteArrayOutputStream;

/// Cuts one request into a part for each shard. Keys keep their order inside a part, and parts leave in the order of
/// shards.
public final class Splitter {
    private static final byte[] SMEMBERS = RespWriter.bulk("SMEMBERS");

    private Splitter() {}

    /// Sends a request whose keys are on several shards: to each of them its part, or, for an operation on sets, the
    /// question for each set.
    ///
    /// @param shards for each key its shard, or [Router#NONE]
    public static void send(Client client, Frame frame, int[] shards) {
        PoolFront pool = client.pool();
        SetOperation sets = frame.command().setOperation();
        if (sets != null) {
            askForSets(client, frame, sets, shards);
            return;
        }
        Policy policy = frame.command().policy(false);
        Join join = policy == Policy.SPLIT_MGET ? new MgetJoin(shards) : Joins.of(policy);
        int step = policy == Policy.SPLIT_MSET ? 2 : 1;
        JoinedReply joined =
                new JoinedReply(pool.counters(), join, frame.command().readOnly());
        client.replies().add(joined);
        boolean mayRunTwice = pool.repeatsWrites() && frame.isSameTwice();
        for (int shard = Router.NONE; shard < pool.shards().size(); shard++) {
            int count = 0;
            for (int each : shards) {
                count += each == shard ? 1 : 0;
            }
            if (count > 0) {
                Fragment fragment = joined.addFragment(JoinedReply.nameOf(pool, shard));
                if (mayRunTwice) {
                    fragment.mayRunTwice();
                }
                client.send(shard, fragment, part(frame, shards, shard, step));
            }
        }
        joined.sentAll();
    }

    /// SUNION, SINTER and SDIFF, for pools with `reads_across_shards`: every set is read whole, key by key, and the
    /// answer is computed here. The sets are not read at one moment. Bounded as all joined replies are.
    private static void askForSets(Client client, Frame frame, SetOperation sets, int[] shards) {
        PoolFront pool = client.pool();
        JoinedReply joined = client.replies().add(new JoinedReply(pool.counters(), Joins.of(sets), true));
        KeyFinder keys = frame.keys();
        for (int key = 0; key < shards.length; key++) {
            byte[] name = RespWriter.bulk(frame.bytes(), keys.offset(key), keys.length(key));
            Fragment fragment = joined.addFragment(JoinedReply.nameOf(pool, shards[key]));
            client.send(shards[key], fragment, RespWriter.array(SMEMBERS, name));
        }
        joined.sentAll();
    }

    /// Sends the whole request to every shard.
    public static void toAll(Client client, Frame frame, JoinedReply joined) {
        client.replies().add(joined);
        for (int shard = 0; shard < client.pool().shards().size(); shard++) {
            client.send(shard, joined.addFragment(JoinedReply.nameOf(client.pool(), shard)), frame);
        }
        joined.sentAll();
    }

    /// The part of one shard.
    ///
    /// @param step arguments for each key, itself included; they follow it
    static byte[] part(Frame frame, int[] shards, int shard, int step) {
        byte[] bytes = frame.bytes();
        ByteArrayOutputStream arguments = new ByteArrayOutputStream(frame.length());
        int count = 1;
        arguments.write(bytes, frame.argumentStart(0), frame.argumentEnd(0) - frame.argumentStart(0));
        for (int key = 0; key < shards.length; key++) {
            if (shards[key] == shard) {
                int from = frame.argumentStart(1 + key * step);
                int to = frame.argumentEnd(key * step + step);
                arguments.write(bytes, from, to - from);
                count += step;
            }
        }
        byte[] header = RespWriter.header('*', count);
        ByteArrayOutputStream part = new ByteArrayOutputStream(header.length + arguments.size());
        part.writeBytes(header);
        part.writeBytes(arguments.toByteArray());
        return part.toByteArray();
    }
}
