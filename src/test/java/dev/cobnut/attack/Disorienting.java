package dev.cobnut.attack;

/// A request without whose success the client does not know where it stands, and leaves.
final class Disorienting extends Expectation {
    private final Expectation success;
    private final Attacker client;

    Disorienting(Expectation success, Attacker client) {
        super(success.toString());
        this.success = success;
        this.client = client;
    }

    @Override
    boolean fits(Reply reply, int stamp) {
        return success.fits(reply, stamp);
    }

    @Override
    void notDone() {
        client.isDisoriented();
    }

    @Override
    void unknown() {
        client.isDisoriented();
    }
}
