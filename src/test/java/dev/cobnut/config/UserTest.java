package dev.cobnut.config;

import static dev.cobnut.config.ConfigTexts.problems;
import static dev.cobnut.config.ConfigTexts.readPool;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserTest {
    /// SHA-256 of `abc`, from FIPS 180-2, appendix B.1.
    private static final String HASH_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void acceptsEachOfItsPasswordsAndNoOther() throws ConfigException {
        User user = readPool("  users: alice >hush >grüße #" + HASH_OF_ABC.toUpperCase(Locale.ROOT) + "\n")
                .clients()
                .users()
                .getFirst();

        assertThat(user.name()).isEqualTo("alice");
        assertThat(List.of("hush", "grüße")).allMatch(password -> user.accepts(password.getBytes(UTF_8)));
        assertThat(List.of("", "hus", "hush ", "Hush", "abcd", HASH_OF_ABC))
                .noneMatch(password -> user.accepts(password.getBytes(UTF_8)));
    }

    @Test
    void hashInQuotesIsAPassword() throws ConfigException {
        List<User> users = readPool("  users:\n  - \"bob #" + HASH_OF_ABC + "\"\n  - carol >x,y\n")
                .clients()
                .users();

        assertThat(users).extracting(User::name).containsExactly("bob", "carol");
        assertThat(users.get(0).accepts("abc".getBytes(UTF_8))).isTrue();
        assertThat(users.get(1).accepts("x,y".getBytes(UTF_8))).isTrue();
    }

    @Test
    void commasSeparateUsersInOneText() throws ConfigException {
        assertThat(readPool("  users: alice >a, bob >b\n").clients().users())
                .extracting(User::name)
                .containsExactly("alice", "bob");
    }

    @Test
    void isNotShownWithItsHashes() throws ConfigException {
        PoolConfig pool = readPool("  users: \"alice #" + HASH_OF_ABC + "\"\n");

        assertThat(pool.clients().users().getFirst()).hasToString("User[alice]");
        assertThat(pool.toString()).doesNotContain("ba78");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alice hush",
                "hush",
                ">hush",
                "alice >a hush",
                "'alice #hush'",
                "alice >a,hush",
                "[[hush]]",
                "[{a: hush}]",
                "{a: hush}"
            })
    void refusalDoesNotShowWhatMayBeAPassword(String users) {
        assertThat(problems(ConfigTexts.pool("  users: " + users + "\n"), false))
                .isNotEmpty()
                .noneMatch(text -> text.contains("hush"));
    }
}
