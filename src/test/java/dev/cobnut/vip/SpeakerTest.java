package dev.cobnut.vip;

import static dev.cobnut.vip.InstanceFixture.MASTER_DOWN;
import static dev.cobnut.vip.InstanceFixture.instance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cobnut.vip.vrrp.Effect.State;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SpeakerTest {
    private final FakeNetwork network = new FakeNetwork();
    private final List<String> told = new ArrayList<>();

    private Speaker speaker(InstanceFixture... instances) {
        List<VipSettings.Instance> all =
                List.of(instances).stream().map(InstanceFixture::build).toList();
        return new Speaker(
                new VipSettings(all, List.of()),
                network,
                false,
                (each, to, _) -> told.add(each.router().name() + " " + to),
                network.clock());
    }

    /// Sleeps for as long as it wants to.
    private List<Network.Arrival> sleep(long nanos) {
        network.sleep(Duration.ofNanos(nanos));
        return List.of();
    }

    /// Sleeps until the first is master.
    private void untilMaster(Speaker speaker, FakeNetwork.Step then) {
        network.steps.add(new FakeNetwork.Step() {
            @Override
            public List<Network.Arrival> of(long nanos) throws IOException {
                if (speaker.status().instances().getFirst().state() == State.MASTER) {
                    return then.of(nanos);
                }
                network.steps.add(this);
                return sleep(nanos);
            }
        });
    }

    private static Network.Arrival message(Network.Port port, int id, int priority) {
        return new Network.Arrival.Message(
                port, FakeNetwork.advert(instance().id(id).router(), priority));
    }

    @Test
    void speaksUntilItIsStoppedAndGivesItsAddressAwayThen() throws IOException {
        Speaker speaker = speaker(instance());
        untilMaster(speaker, nanos -> {
            network.done();
            speaker.stop();
            return List.of();
        });

        speaker.run();

        assertThat(network.done()).containsExactly("advertise 0", "drop 10.0.0.100/24", "close 1", "close");
        assertThat(told).containsExactly("shop BACKUP", "shop MASTER", "shop INIT");
        assertThat(speaker.status().instances().getFirst().state()).isEqualTo(State.INIT);
    }

    @Test
    void sleepsUntilADeadlineAndForASecondAtMost() throws IOException {
        Speaker speaker = speaker(instance());
        List<Long> slept = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            network.steps.add(nanos -> {
                slept.add(TimeUnit.NANOSECONDS.toMillis(nanos));
                assertThat(speaker.turnNanos()).isEqualTo(network.clock().getAsLong());
                return sleep(nanos);
            });
        }
        network.steps.add(nanos -> {
            speaker.stop();
            return List.of();
        });

        speaker.run();

        assertThat(slept).containsExactly(1000L, 1000L, 1000L, 609L);
    }

    /// It stood still while it slept, for longer than it waits for a master: what has come in the meantime is read first.
    @Test
    void hearsFirstWhatItHasMissedWhileItSlept() throws IOException {
        Speaker speaker = speaker(instance());
        network.steps.add(_ -> {
            network.sleep(MASTER_DOWN.multipliedBy(3));
            return List.of(message(network.port(), 51, 150));
        });
        network.steps.add(_ -> {
            speaker.stop();
            return List.of();
        });

        speaker.run();

        assertThat(told).containsExactly("shop BACKUP", "shop INIT");
    }

    /// The same, but it stood still just after it had read: what has come since is not yet read when the time is over.
    @Test
    void hearsFirstWhatItHasMissedWhileItWorked() throws IOException {
        Speaker speaker = speaker(instance());
        network.steps.add(_ -> {
            network.sleep(MASTER_DOWN.multipliedBy(3));
            return List.of();
        });
        network.steps.add(nanos -> {
            assertThat(nanos).isZero();
            return List.of(message(network.port(), 51, 150));
        });
        network.steps.add(_ -> {
            speaker.stop();
            return List.of();
        });

        speaker.run();

        assertThat(told).containsExactly("shop BACKUP", "shop INIT");
        assertThat(speaker.status().instances().getFirst().counts().received()).isEqualTo(1);
    }

    /// Nor does it become master in its last turn.
    @Test
    void whatIsDueWhenItIsStoppedIsNotDone() throws IOException {
        Speaker speaker = speaker(instance());
        network.steps.add(_ -> {
            network.sleep(MASTER_DOWN);
            return List.of();
        });
        network.steps.add(_ -> {
            speaker.stop();
            return List.of();
        });

        speaker.run();

        assertThat(told).containsExactly("shop BACKUP", "shop INIT");
    }

    @Test
    void eachRouterHearsItsOwnSocketAndId() throws IOException {
        Speaker speaker = speaker(instance(), instance().name("cart").id(52).address("10.0.0.101"));
        network.steps.add(_ -> List.of(message(network.port(), 52, 150), message(network.port(), 51, 150)));
        network.steps.add(_ -> {
            speaker.stop();
            return List.of();
        });

        speaker.run();

        assertThat(speaker.status().instances())
                .extracting(each -> each.name() + " " + each.counts().received())
                .containsExactly("shop 0", "cart 1");
    }

    @Test
    void whatIsToldFromOutsideReachesTheRouters() throws IOException {
        Speaker speaker = speaker(instance().check("a", 0));
        network.steps.add(_ -> {
            speaker.checked(new Status.CheckResult("a", Status.Verdict.GOOD, "fine"));
            return List.of();
        });
        network.steps.add(_ -> {
            speaker.drain(true);
            return List.of();
        });
        network.steps.add(_ -> {
            assertThat(speaker.status().isDrained()).isTrue();
            speaker.drain(true);
            speaker.drain(false);
            return List.of();
        });
        network.steps.add(_ -> {
            assertThat(speaker.status().isDrained()).isFalse();
            speaker.stop();
            return List.of();
        });

        speaker.run();

        assertThat(told).containsExactly("shop BACKUP", "shop FAULT", "shop BACKUP", "shop INIT");
    }

    @Test
    void lostAddressesAndChangedLinksReachTheRouters() throws IOException {
        Speaker speaker = speaker(instance());
        untilMaster(speaker, _ -> {
            network.done();
            network.steps.add(_ -> {
                assertThat(network.done()).containsExactly("carry 10.0.0.100/24 for 4 s", "announce 10.0.0.100/24");
                network.link = null;
                network.steps.add(_ -> {
                    speaker.stop();
                    return List.of();
                });
                return List.of(new Network.Arrival.LinkChanged());
            });
            return List.of(new Network.Arrival.AddressGone("eth0", InetAddress.ofLiteral("10.0.0.100")));
        });

        speaker.run();

        assertThat(told).containsExactly("shop BACKUP", "shop MASTER", "shop FAULT", "shop INIT");
    }

    @Test
    void whenTheKernelFailsAddressesAreGivenAway() {
        Speaker speaker = speaker(instance());
        untilMaster(speaker, _ -> {
            network.done();
            throw new IOException("poll: what");
        });

        assertThatThrownBy(speaker::run).isInstanceOf(IOException.class).hasMessage("poll: what");

        assertThat(network.done()).containsExactly("advertise 0", "drop 10.0.0.100/24", "close 1", "close");
        assertThat(network.isClosed).isTrue();
    }

    @Test
    void oneThatCannotBeStoppedDoesNotKeepTheOthers() {
        FakeNetwork.Step bug = _ -> {
            throw new IllegalStateException("a bug");
        };
        List<VipSettings.Instance> both = List.of(
                instance().build(),
                instance().name("cart").id(52).address("10.0.0.101").build());
        Speaker speaker = new Speaker(
                new VipSettings(both, List.of()),
                network,
                false,
                (each, to, _) -> {
                    if (to == State.INIT && each.router().name().equals("shop")) {
                        throw new IllegalStateException("another");
                    }
                },
                network.clock());
        untilMaster(speaker, bug);

        assertThatThrownBy(speaker::run).hasMessage("a bug");

        assertThat(network.done())
                .contains("drop 10.0.0.101/24", "close 2")
                .last()
                .isEqualTo("close");
    }

    @Test
    void aStopFromAnotherThreadEndsIt() throws Exception {
        Speaker speaker = speaker(instance());
        Thread other = Thread.ofPlatform().start(speaker::stop);

        speaker.run();

        other.join();
        assertThat(told).endsWith("shop INIT");
        assertThat(network.isClosed).isTrue();
    }
}
