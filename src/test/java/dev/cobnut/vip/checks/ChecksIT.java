package dev.cobnut.vip.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.vip.Status.CheckResult;
import dev.cobnut.vip.Status.Verdict;
import dev.cobnut.vip.VipSettings.Check;
import dev.cobnut.vip.VipSettings.Probe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class ChecksIT {
    @TempDir
    private Path folder;

    private final Queue<CheckResult> results = new ConcurrentLinkedQueue<>();

    private static Check check(String name, String script) {
        return new Check(
                name,
                new Probe.Command(List.of("sh", "-c", script)),
                Duration.ofMillis(100),
                Duration.ofSeconds(15),
                2,
                2,
                0,
                false);
    }

    @Test
    void eachIsDoneAgainAndAgainOnAThreadOfItsOwn() {
        Set<String> prepared = ConcurrentHashMap.newKeySet();
        ChildProcess children =
                new ChildProcess(() -> prepared.add(Thread.currentThread().getName()));
        try (Checks checks = new Checks(children, results::add)) {
            checks.start(List.of(check("good", "exit 0"), check("slow", "sleep 600"), check("bad", "exit 1")));
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> results.contains(new CheckResult("good", Verdict.GOOD, "exit status 0"))
                            && results.stream()
                                            .filter(each -> each.name().equals("bad"))
                                            .count()
                                    > 3);
        }

        assertThat(prepared).containsExactlyInAnyOrder("check good", "check slow", "check bad");
        assertThat(results).extracting(CheckResult::name).doesNotContain("slow");
        assertThat(results.stream().filter(each -> each.name().equals("good")).map(CheckResult::verdict))
                .containsOnly(Verdict.GOOD);
        assertThat(results.stream().filter(each -> each.name().equals("bad")).map(CheckResult::verdict))
                .containsOnly(Verdict.BAD);
    }

    @Test
    void whatStillRunsAtTheEndIsKilledBeforeTheEnd() throws Exception {
        Path own = folder.resolve("own");
        Checks checks = new Checks(new ChildProcess(() -> {}), results::add);
        checks.start(List.of(check("slow", "echo $$ > " + own + "; exec sleep 600")));
        await().atMost(Duration.ofSeconds(10))
                .until(() -> Files.exists(own) && !Files.readString(own).isEmpty());

        checks.close();

        long pid = Long.parseLong(Files.readString(own).strip());
        await().atMost(Duration.ofMillis(200))
                .until(() ->
                        ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
        assertThat(results).isEmpty();
    }
}
