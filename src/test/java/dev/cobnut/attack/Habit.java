package dev.cobnut.attack;

/// What a client does for a while, and how often. Each begins and ends with a connection that other habits can use.
enum Habit {
    READS_AND_WRITES("pipelines of its own keys and of those that all have", 120),
    CHANGES_DATABASE("SELECT, and reads and writes behind it", 25),
    IS_LONG("values of up to 3 MB, read fast and slowly", 2),
    FAILS_AT_LENGTH("error lines of more than 64 KiB", 2),
    TRANSACTS("MULTI, EXEC, DISCARD", 30),
    WATCHES("WATCH, and a change from elsewhere", 8),
    WAITS("BLPOP, BRPOP, with a producer of its own", 8),
    FOLLOWS_A_STREAM("XREAD BLOCK, with a producer of its own", 8),
    LISTENS("SUBSCRIBE, PSUBSCRIBE and back", 8),
    PUBLISHES("PUBLISH to all", 20),
    RUNS_SCRIPTS("EVAL, EVALSHA, with values and with errors that look like the server's", 30),
    INTRODUCES_ITSELF("HELLO, RESET, CLIENT SETNAME, CLIENT ID", 15),
    IS_SILENT("CLIENT REPLY OFF, SKIP, ON", 10),
    TRACKS("CLIENT TRACKING, also to others' connections", 6),
    LEAVES("QUIT, reset, half closed, at any moment", 6);

    private final String sentence;
    private final int often;

    Habit(String sentence, int often) {
        this.sentence = sentence;
        this.often = often;
    }

    /// In relation to the others.
    int often() {
        return often;
    }

    void live(Attacker client) throws Attacker.Left {
        switch (this) {
            case READS_AND_WRITES -> Plain.pipeline(client);
            case CHANGES_DATABASE -> Plain.otherDatabase(client);
            case IS_LONG -> Plain.large(client);
            case FAILS_AT_LENGTH -> Plain.longError(client);
            case TRANSACTS -> Transacting.transaction(client);
            case WATCHES -> Transacting.watch(client);
            case WAITS -> Waiting.list(client);
            case FOLLOWS_A_STREAM -> Waiting.stream(client);
            case LISTENS -> Listening.listen(client);
            case PUBLISHES -> Listening.publish(client);
            case RUNS_SCRIPTS -> Scripting.scripts(client);
            case INTRODUCES_ITSELF -> Manners.introduction(client);
            case IS_SILENT -> Manners.silence(client);
            case TRACKS -> Manners.tracking(client);
            case LEAVES -> Manners.leaving(client);
        }
    }

    String sentence() {
        return sentence;
    }
}
