package dev.cobnut.attack;

/// What a client does for a while, and how often. Each begins and ends with a connection that other habits can use.
enum Habit {
    READS_AND_WRITES("pipelines of its own keys and of those that all have", 120, Plain::pipeline),
    CHANGES_DATABASE("SELECT, and reads and writes behind it", 25, Plain::otherDatabase),
    IS_LONG("values of up to 3 MB, read fast and slowly", 2, Plain::large),
    FAILS_AT_LENGTH("error lines of more than 64 KiB", 2, Plain::longError),
    TRANSACTS("MULTI, EXEC, DISCARD", 30, Transacting::transaction),
    WATCHES("WATCH, and a change from elsewhere", 8, Transacting::watch),
    WAITS("BLPOP, BRPOP, with a producer of its own", 8, Waiting::list),
    FOLLOWS_A_STREAM("XREAD BLOCK, with a producer of its own", 8, Waiting::stream),
    LISTENS("SUBSCRIBE, PSUBSCRIBE and back", 8, Listening::listen),
    PUBLISHES("PUBLISH to all", 20, Listening::publish),
    RUNS_SCRIPTS("EVAL, EVALSHA, with values and with errors that look like the server's", 30, Scripting::scripts),
    INTRODUCES_ITSELF("HELLO, RESET, CLIENT SETNAME, CLIENT ID", 15, Manners::introduction),
    IS_SILENT("CLIENT REPLY OFF, SKIP, ON", 10, Manners::silence),
    TRACKS("CLIENT TRACKING, also to others' connections", 6, Manners::tracking),
    LEAVES("QUIT, reset, half closed, at any moment", 6, Manners::leaving);

    /// One row's code.
    @FunctionalInterface
    interface Life {
        void live(Attacker client) throws Attacker.Left;
    }

    private final String sentence;
    private final int often;
    private final Life life;

    Habit(String sentence, int often, Life life) {
        this.sentence = sentence;
        this.often = often;
        this.life = life;
    }

    /// In relation to the others.
    int often() {
        return often;
    }

    void live(Attacker client) throws Attacker.Left {
        life.live(client);
    }

    String sentence() {
        return sentence;
    }
}
