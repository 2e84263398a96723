package dev.cobnut.config;

import static dev.cobnut.config.ConfigTexts.pool;
import static dev.cobnut.config.ConfigTexts.problems;
import static dev.cobnut.config.ConfigTexts.read;
import static dev.cobnut.config.ConfigTexts.readPool;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.topology.Login;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretTest {
    private static final String COBNUT =
            "pools:\n  a:\n    listen: h:1\n    shards: [m]\nsentinels: [s:1]\nsentinel_user: carol\n";

    @TempDir
    private Path folder;

    @Test
    void comesFromTheEnvironmentOrAFileWithoutItsLineEnd() throws ConfigException, IOException {
        Path file = Files.writeString(folder.resolve("auth"), " s e \n");

        PoolConfig pool = readPool("  redis_auth: file:" + file + "\n  redis_user: env:PATH\n");

        assertThat(pool.backend().login()).isEqualTo(new Login(System.getenv("PATH"), " s e "));
        assertThat(pool.backend().toString() + pool.backend().login()).doesNotContain(" s e ");
    }

    @Test
    void passwordsOfUsersComeFromElsewhereToo() throws ConfigException, IOException {
        Path file = Files.writeString(folder.resolve("alice"), "hush\r\n");

        User alice = readPool("  users: alice >file:" + file + "\n")
                .clients()
                .users()
                .getFirst();

        assertThat(alice.accepts("hush".getBytes(UTF_8))).isTrue();
    }

    @Test
    void sentinelsHaveALoginOfTheirOwn() throws ConfigException, IOException {
        Path file = Files.writeString(folder.resolve("s"), "hush");

        assertThat(read(COBNUT + "sentinel_password: file:" + file + "\n").sentinelLogin())
                .isEqualTo(new Login("carol", "hush"))
                .hasToString("Login[carol]");
        assertThat(problems(COBNUT, false))
                .containsExactly("6: sentinel_user without sentinel_password (expected: both)");
    }

    @Test
    void aPlaceWithoutAValueIsNamedWithItsLine() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty"), "\n");
        Path latin = Files.write(folder.resolve("latin"), new byte[] {'h', 'u', 's', 'h', (byte) 0xe9});

        assertThat(problems(pool("  redis_auth: env:NO_SUCH_VARIABLE\n"), false))
                .containsExactly("6: pool alpha: redis_auth \"env:NO_SUCH_VARIABLE\" (the environment has no such"
                        + " variable; expected: one that is set)");
        assertThat(problems(pool("  redis_auth: file:" + folder + "/none\n"), false))
                .containsExactly("6: pool alpha: redis_auth \"file:" + folder
                        + "/none\" (no such file; expected: one with the value)");
        assertThat(problems(pool("  redis_auth: file:" + empty + "\n"), false))
                .containsExactly(
                        "6: pool alpha: redis_auth \"file:" + empty + "\" (nothing is there; expected: a value)");
        assertThat(problems(pool("  redis_auth: file:" + latin + "\n"), false))
                .containsExactly(
                        "6: pool alpha: redis_auth \"file:" + latin + "\" (not UTF-8; expected: a text in UTF-8)");
        assertThat(problems(pool("  redis_auth: file:relative\n"), false))
                .containsExactly("6: pool alpha: redis_auth \"file:relative\" (expected: file:/PATH, from the root)");
    }

    @Test
    void aUserOfTheServersNeedsItsPassword() {
        assertThat(problems(pool("  redis_user: bob\n"), false))
                .containsExactly("6: pool alpha: redis_user without redis_auth (expected: that user's password, too)");
    }

    @Test
    void aNameWithALineEndDoesNotMakeAProblemTwoLines() {
        assertThat(new Problem(Path.of("a\nb"), 3, "pool x\ny: no")).hasToString("a\\u000ab:3: pool x\\u000ay: no");
    }
}
