package dev.cobnut.vip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.vip.VipSettings.Instance;
import dev.cobnut.vip.checks.ChildProcess;
import dev.cobnut.vip.vrrp.Effect.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class HooksIT {
    private static final Duration LONG = Duration.ofSeconds(15);
    private static final Duration PATIENCE = Duration.ofMillis(500);

    @TempDir
    private Path folder;

    private Hooks hooks(Duration patience) {
        return new Hooks(new ChildProcess(() -> {}), patience);
    }

    /// Writes a line with the words it gets.
    private List<String> script(String word) {
        return script(word, "");
    }

    private List<String> script(String word, String first) {
        return List.of("sh", "-c", first + " echo " + word + " \"$@\" >> " + folder.resolve("told"), "-");
    }

    private Instance instance(String name, VipSettings.Hooks hooks) {
        return InstanceFixture.instance().name(name).hooks(hooks).build();
    }

    private List<String> told() throws IOException {
        Path file = folder.resolve("told");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private VipSettings.Hooks any(List<String> script, Duration timeout) {
        return new VipSettings.Hooks(List.of(), List.of(), List.of(), List.of(), script, timeout);
    }

    @Test
    void eachStateHasItsProgramAndThenTheOneForAllWithFourWords() throws IOException {
        Instance shop = instance(
                "shop",
                new VipSettings.Hooks(
                        script("master"), script("backup"), script("fault"), script("stop"), script("any"), LONG));
        try (Hooks hooks = hooks(LONG)) {
            hooks.changed(shop, State.BACKUP, 100);
            hooks.changed(shop, State.MASTER, 120);
            hooks.changed(shop, State.FAULT, 90);
            hooks.changed(shop, State.INIT, 90);
        }

        assertThat(told())
                .containsExactly(
                        "backup",
                        "any INSTANCE shop BACKUP 100",
                        "master",
                        "any INSTANCE shop MASTER 120",
                        "fault",
                        "any INSTANCE shop FAULT 90",
                        "stop",
                        "any INSTANCE shop STOP 90");
    }

    @Test
    void withoutProgramsNothingIsRun() throws IOException {
        try (Hooks hooks = hooks(LONG)) {
            hooks.changed(InstanceFixture.instance().build(), State.MASTER, 100);
        }
        assertThat(told()).isEmpty();
    }

    @Test
    void oneThatFailsOrIsNotThereIsToldAndTheNextIsRun() throws IOException {
        Instance shop = instance(
                "shop",
                new VipSettings.Hooks(
                        List.of("/no/such/hook"),
                        List.of("sh", "-c", "exit 3"),
                        List.of(),
                        List.of(),
                        script("any"),
                        LONG));
        try (LogLines log = new LogLines()) {
            try (Hooks hooks = hooks(LONG)) {
                hooks.changed(shop, State.BACKUP, 100);
                hooks.changed(shop, State.MASTER, 100);
            }
            assertThat(log.all()).hasSize(2);
            assertThat(log.all().getFirst()).isEqualTo("WARN hook sh -c exit 3: exit status 3");
            assertThat(log.all().getLast())
                    .startsWith("WARN hook /no/such/hook: ")
                    .contains("No such file or directory");
        }
        assertThat(told()).containsExactly("any INSTANCE shop BACKUP 100", "any INSTANCE shop MASTER 100");
    }

    @Test
    void oneThatIsTooSlowIsKilledAndTheNextIsRun() throws IOException {
        Instance shop =
                instance("shop", any(script("any", "[ $3 = STOP ] || exec sleep 600;"), Duration.ofMillis(200)));
        try (LogLines log = new LogLines()) {
            try (Hooks hooks = hooks(LONG)) {
                hooks.changed(shop, State.BACKUP, 100);
                hooks.changed(shop, State.INIT, 100);
            }
            assertThat(log.all()).singleElement().asString().endsWith("not done within 200 ms");
        }
        assertThat(told()).containsExactly("any INSTANCE shop STOP 100");
    }

    /// Whoever tells it does not wait; and a virtual router that changes and changes costs another one nothing.
    @Test
    void whatIsTooMuchIsLeftOutButNotTheLastOfAnybody() throws Exception {
        Path go = folder.resolve("go");
        List<String> script = script("any", "while [ ! -e " + go + " ]; do sleep 0.02; done;");
        Instance cart = instance("cart", any(script, LONG));
        Instance shop = instance("shop", any(script, LONG));
        try (LogLines log = new LogLines()) {
            try (Hooks hooks = hooks(LONG)) {
                hooks.changed(cart, State.BACKUP, 100);
                hooks.changed(cart, State.MASTER, 100);
                long begun = System.nanoTime();
                for (int i = 0; i < 500; i++) {
                    hooks.changed(shop, i % 2 == 0 ? State.BACKUP : State.FAULT, 100);
                }
                hooks.changed(shop, State.MASTER, 100);
                assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
                Files.createFile(go);
            }
            assertThat(log.all()).hasSizeGreaterThan(400).first().asString().contains("is left out");
        }
        assertThat(told())
                .hasSizeBetween(30, 40)
                .contains("any INSTANCE cart MASTER 100")
                .endsWith("any INSTANCE shop MASTER 100");
    }

    /// One that hangs is killed, states in between are left out, the last of each is told.
    @Test
    void theLastStateIsToldAtTheEndEvenIfAnotherHangs() throws Exception {
        Instance shop = instance("shop", any(script("any", "[ $3 = STOP ] || exec sleep 600;"), LONG));
        Instance cart = instance("cart", any(script("any", "[ $3 = STOP ] || exec sleep 600;"), LONG));
        Hooks hooks = hooks(PATIENCE);
        for (State state : List.of(State.BACKUP, State.MASTER, State.FAULT, State.INIT)) {
            hooks.changed(shop, state, 100);
            hooks.changed(cart, state, 100);
        }

        hooks.close();

        await().atMost(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(told())
                        .containsExactlyInAnyOrder("any INSTANCE shop STOP 100", "any INSTANCE cart STOP 100"));
    }

    @Test
    void anEndThatDoesNotComeIsMade() throws IOException {
        Instance shop = instance("shop", any(script("any", "exec sleep 600;"), LONG));
        Hooks hooks = hooks(PATIENCE);
        hooks.changed(shop, State.BACKUP, 100);
        hooks.changed(shop, State.INIT, 100);
        long begun = System.nanoTime();

        hooks.close();

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
        assertThat(told()).isEmpty();
    }
}
