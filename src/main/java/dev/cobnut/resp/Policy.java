package dev.cobnut.resp;

/// What a pool does with a command. One row of the command table has one policy for pools of one shard and one for
/// pools of several; neither depends on an argument, but for [#OWN_IF_BLOCK].
public enum Policy {
    /// Over a shared connection to the shard of its keys, which must all be on one shard. A pool of one shard
    /// needs no key.
    FORWARD(Reach.ONE, "sends it to the shard of its keys, which must all be on one shard"),
    /// Has no key, and every shard gives the same answer: over a shared connection to any of them.
    ANY(Reach.ANY, "sends it to any shard, since all give the same answer"),
    /// Like FORWARD, over a connection of the client's own while it runs.
    OWN(Reach.ONE, "sends it over a connection of the client's own, so that it keeps nobody else waiting"),
    /// Like OWN with the option BLOCK, else like FORWARD.
    OWN_IF_BLOCK(Reach.ONE, "the same with the option BLOCK, else as any command with a key"),
    /// Like OWN, and what the connection was used for before does not matter: no SELECT goes before it.
    OWN_AT_ONCE(Reach.ONE, "the same, without waiting for anything"),
    /// Like OWN where a connection is to be had, else like FORWARD.
    OWN_IF_FREE(Reach.ONE, "the same as long as there are connections left, else as any command with a key"),
    /// Like OWN, and the client keeps the connection: the command changes it for good.
    KEEP(Reach.ONE, "sends it over a connection of the client's own, which the client then keeps until it leaves"),
    /// WAIT, WAITAOF: over a connection of the client's own to each shard, behind everything the client has written.
    WAIT(Reach.ANY, "asks every shard, over connections of the client's own, and gives the smallest numbers"),
    /// PUBLISH, SPUBLISH: to the shard that the channel's name is placed on.
    PUBLISH(Reach.ONE, "sends it to the shard on which the channel is placed, as a key would be"),
    /// MGET: split by shard, the values put back into the order of the request.
    SPLIT_MGET(Reach.ONE, "splits it by shard and puts the values into the order of the keys"),
    /// MSET: split by shard, OK when every part is OK.
    SPLIT_MSET(Reach.ONE, "splits it by shard; OK when every part is OK"),
    /// DEL, UNLINK, EXISTS, TOUCH: split by shard, the integer replies added up.
    SPLIT_SUM(Reach.ONE, "splits it by shard and adds the numbers up"),
    /// To every shard, the integer replies added up.
    ALL_SUM(Reach.EVERY, "sends it to every shard and adds the numbers up"),
    /// To every shard, which all give the same reply or an error.
    ALL_OK(Reach.EVERY, "sends it to every shard; succeeds when it does on all of them"),
    /// SCRIPT: to every shard, of digits the smaller one stands.
    ALL_SCRIPT(Reach.EVERY, "sends it to every shard; a script exists when it does on all of them"),
    /// To every shard, the elements of the arrays in the order of shards.
    ALL_CONCAT(Reach.EVERY, "sends it to every shard and puts the lists one behind the other"),
    /// The same, each element once.
    ALL_UNION(Reach.EVERY, "sends it to every shard and gives each element once"),
    /// CLIENT LIST: to every shard, the texts one behind the other.
    ALL_TEXT(Reach.EVERY, "sends it to every shard and puts the texts one behind the other"),
    /// PUBSUB NUMSUB: to every shard, of each number the largest.
    ALL_NUMSUB(Reach.EVERY, "sends it to every shard and gives the largest number for each name"),
    /// RANDOMKEY: to every shard, one of the replies that are not null.
    ALL_PICK(Reach.EVERY, "sends it to every shard and gives one of the answers"),
    /// SCAN: shard after shard, the cursor says which.
    SCAN(Reach.EVERY, "goes through the shards one after the other; the cursor says where it is"),
    /// Answered or carried out by the proxy itself.
    LOCAL(Reach.ITSELF, "answers it itself, with the shards' help where it needs it"),
    /// Answered with the command's refusal; nothing reaches a server.
    REFUSED(Reach.NOWHERE, "refuses it");

    private final Reach reach;
    private final String sentence;

    Policy(Reach reach, String sentence) {
        this.reach = reach;
        this.sentence = sentence;
    }

    /// Whom a command with this policy reaches. That of WAIT is ANY inside of a transaction, which runs on one
    /// shard; a command that the client keeps its connection for ([#KEEP]) is refused where there are several.
    public Reach reach() {
        return reach;
    }

    /// What a pool does, for people.
    public String sentence() {
        return sentence;
    }
}
