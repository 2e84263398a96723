package dev.cobnut.stack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.Rehearsal;
import dev.cobnut.blueprint.StackFile;
import dev.cobnut.config.BadValue;
import dev.cobnut.render.Passwords;
import dev.cobnut.render.RedisConf;
import dev.cobnut.render.Rendered;
import dev.cobnut.render.SentinelConf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataDirectoryTest {
    @TempDir
    private Path temporary;

    private static final Blueprint STACK = rehearsed();

    private static Blueprint rehearsed() {
        try {
            return Rehearsal.of(StackFile.reference(), 0, true).blueprint();
        } catch (BadValue e) {
            throw new IllegalStateException(e);
        }
    }

    private Path root() {
        return temporary.resolve("data");
    }

    private DataDirectory open() throws StackException {
        return DataDirectory.open(
                root(), STACK.hosts().stream().map(Blueprint.Host::name).toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lock",
                "redis-proxy/cobnut.yml",
                "redis-shard1",
                "redis-shard2/cluster_obj",
                "redis-shard3/cluster_fpc/redis.conf",
                "redis-shard3/cluster_fpc/redis.log",
                "redis-shard1/sentinel/sentinel.conf",
                "redis-shard1/cluster_sess/appendonlydir",
                "redis-shard1/cluster_sess/appendonlydir/appendonly.aof.1.base.rdb"
            })
    void nothingIsWrittenThroughASymbolicLink(String place) throws IOException {
        Path elsewhere = Files.writeString(temporary.resolve("elsewhere"), "precious");
        Path link = root().resolve(place);
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, elsewhere);

        assertThatThrownBy(() -> open())
                .isInstanceOf(StackException.class)
                .hasMessage("data directory " + root() + ": " + place + " is a symbolic link (expected a file or a"
                        + " directory); remove it, or choose another directory with --dir");
        assertThat(elsewhere).hasContent("precious");
    }

    @Test
    void aLinkThatComesLaterIsNotWrittenThroughEither() throws Exception {
        Path elsewhere = Files.writeString(temporary.resolve("elsewhere"), "precious");
        try (DataDirectory data = open()) {
            Rendered conf = RedisConf.of(STACK, STACK.redises().getFirst(), data.target(), Passwords.NONE);
            Path file = Path.of(conf.path());
            Files.createDirectories(file.getParent());
            Files.createSymbolicLink(file, elsewhere);

            assertThatThrownBy(() -> data.write(conf)).isInstanceOf(IOException.class);
        }
        assertThat(elsewhere).hasContent("precious");
    }

    @Test
    void theDirectoryItselfMayBeALinkAndForeignFilesMayLieInIt() throws Exception {
        Path real = Files.createDirectory(temporary.resolve("real"));
        Files.createSymbolicLink(root(), real);
        Files.createSymbolicLink(real.resolve("foreign"), temporary);

        try (DataDirectory data = open()) {
            assertThat(data.root()).isEqualTo(root());
            assertThat(real.resolve("lock")).exists();
        }
    }

    @Test
    void whatASentinelWroteNeedNotBeUtf8() throws Exception {
        try (DataDirectory data = open()) {
            Path file = data.file(new Blueprint.Sentinel("redis-shard1", 26379));
            Files.createDirectories(file.getParent());
            Files.writeString(file, "# caf\u00e9\nsentinel monitor x 127.0.0.1 1 2\n", ISO_8859_1);

            assertThat(data.masters(STACK)).isEmpty();
        }
    }

    /// As an earlier version wrote them, at other ports, and as Sentinel left them.
    @Test
    void theNewestMemoryOfTheLastRunSaysWhoIsMaster() throws Exception {
        try (DataDirectory data = open()) {
            put("redis-shard1/cluster_obj/redis.conf", "bind 127.0.0.11\nport 13000\n");
            put("redis-shard2/cluster_obj/redis.conf", "bind 127.0.0.12\nport 13000\n");
            put("redis-shard3/cluster_obj/redis.conf", "bind 127.0.0.13\nport 13000\n");
            put("redis-shard1/sentinel/sentinel.conf", memory("127.0.0.12 13000", 1));
            put("redis-shard2/sentinel/sentinel.conf", memory("127.0.0.13 13000", 2));
            put("redis-shard3/sentinel/sentinel.conf", memory("127.0.0.99 13000", 0));

            assertThat(data.masters(STACK))
                    .containsExactly(Map.entry("cluster_obj", new Blueprint.Place("redis-shard3", 12000)));
        }
    }

    private void put(String file, String text) throws IOException {
        Path path = root().resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private static String memory(String master, int epoch) {
        return "sentinel monitor cluster_obj " + master + " 2\nsentinel config-epoch cluster_obj " + epoch + "\n";
    }

    @Test
    void aSentinelsMemoryIsKeptUntilTheStackIsAnother() throws Exception {
        Blueprint.Sentinel sentinel = new Blueprint.Sentinel("redis-shard1", 26379);
        try (DataDirectory data = open()) {
            Rendered fresh = SentinelConf.of(STACK, sentinel, data.target(), Passwords.NONE);
            data.writeMemories(List.of(fresh), List.of(fresh));
            Path file = data.file(sentinel);
            Files.writeString(file, Files.readString(file) + "sentinel current-epoch 5\n");

            data.writeMemories(List.of(fresh), List.of(fresh));
            assertThat(file).content().contains("current-epoch 5");

            Rendered other = SentinelConf.of(STACK, sentinel, data.target(), new Passwords("hush", null));
            data.writeMemories(List.of(other), List.of(other));
            assertThat(file).content().contains("auth-pass cluster_obj hush").doesNotContain("current-epoch 5");
        }
    }

    @Test
    void filesWithPasswordsAndDirectoriesMadeHereAreTheUsersOnly() throws Exception {
        Passwords passwords = new Passwords("hush", null);
        try (DataDirectory data = open()) {
            Rendered conf = RedisConf.of(STACK, STACK.redises().getFirst(), data.target(), passwords);
            put("redis-shard1/cluster_obj/redis.conf", "of an earlier start");
            data.write(conf);
            data.write(SentinelConf.of(STACK, new Blueprint.Sentinel("redis-shard2", 26379), data.target(), passwords));

            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(conf.path()))))
                    .isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root().resolve("redis-shard2"))))
                    .isEqualTo("rwx------");
        }
    }
}
