package dev.cobnut.vip.vrrp;

import static dev.cobnut.vip.vrrp.SettingsFixture.ip;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.vip.vrrp.Effect.State;
import java.time.Duration;
import java.util.List;

/// A virtual router, whose clock a test moves, and what it does in words. Priority 100, version 3, once a second, so Master_Down is
/// 3609 ms and Skew 609 ms; it sends from 10.0.0.2.
abstract class RouterFixture {
    /// Clocks of processes begin anywhere.
    long nowNanos = -Duration.ofSeconds(2).toNanos();

    VirtualRouter router = attached(new SettingsFixture());

    VirtualRouter attached(SettingsFixture fixture) {
        VirtualRouter attached = new VirtualRouter(fixture.build());
        assertThat(attached.on(new Event.Attached(ip("10.0.0.2")), nowNanos)).isEmpty();
        return attached;
    }

    List<String> on(Event event) {
        return router.on(event, nowNanos).stream().map(RouterFixture::inWords).toList();
    }

    List<String> heard(String source, int priority) {
        return heard(source, priority, router.settings().interval());
    }

    List<String> heard(String source, int priority, Duration interval) {
        return on(new Event.Heard(
                ip(source), new Advert(51, priority, interval, router.settings().advertised())));
    }

    List<String> start() {
        return on(new Event.Start());
    }

    List<String> due() {
        return on(new Event.Due());
    }

    void pass(double millis) {
        nowNanos += Math.round(millis * 1e6);
    }

    /// Waits until something is due, and does it.
    List<String> untilDue() {
        nowNanos = router.deadlineNanos();
        return due();
    }

    double millisUntilDue() {
        return (router.deadlineNanos() - nowNanos) / 1e6;
    }

    void becomeMaster() {
        start();
        untilDue();
        assertThat(router.state()).isEqualTo(State.MASTER);
    }

    static String inWords(Effect effect) {
        return switch (effect) {
            case Effect.Advertise(int priority) -> "advertise " + priority;
            case Effect.Carry(Duration lifetime) -> "carry for " + lifetime.toSeconds() + " s";
            case Effect.Drop _ -> "drop";
            case Effect.Announce(int times) -> "announce x" + times;
            case Effect.Transition(State from, State to, String why) -> from + " to " + to + ": " + why;
            case Effect.Rival(Event.Heard(var source, Advert advert)) ->
                "rival " + source.getHostAddress() + " " + advert.priority();
        };
    }
}
