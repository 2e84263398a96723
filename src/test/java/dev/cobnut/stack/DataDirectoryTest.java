package dev.cobnut.stack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataDirectoryTest {
    @TempDir
    private Path temporary;

    private Path root() {
        return temporary.resolve("data");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lock",
                "nutcracker.yml",
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

        assertThatThrownBy(() -> DataDirectory.open(root()))
                .isInstanceOf(StackException.class)
                .hasMessage("data directory " + root() + ": " + place + " is a symbolic link (expected a file or a"
                        + " directory); remove it, or choose another directory with --dir");
        assertThat(elsewhere).hasContent("precious");
    }

    @Test
    void aLinkThatComesLaterIsNotWrittenThroughEither() throws Exception {
        Path elsewhere = Files.writeString(temporary.resolve("elsewhere"), "precious");
        Layout layout = Layout.of(0);
        try (DataDirectory data = DataDirectory.open(root())) {
            Path file = data.redisConf(layout, Cache.values()[0], 0);
            Files.createDirectories(file.getParent());
            Files.createSymbolicLink(file, elsewhere);

            assertThatThrownBy(() -> data.writeRedisConf(layout, Cache.values()[0], 0, null, ServerBinary.find(null)))
                    .isInstanceOf(IOException.class);
        }
        assertThat(elsewhere).hasContent("precious");
    }

    @Test
    void theDirectoryItselfMayBeALinkAndForeignFilesMayLieInIt() throws Exception {
        Path real = Files.createDirectory(temporary.resolve("real"));
        Files.createSymbolicLink(root(), real);
        Files.createSymbolicLink(real.resolve("foreign"), temporary);

        try (DataDirectory data = DataDirectory.open(root())) {
            assertThat(data.root()).isEqualTo(root());
            assertThat(real.resolve("lock")).exists();
        }
    }

    @Test
    void whatASentinelWroteNeedNotBeUtf8() throws Exception {
        Layout layout = Layout.of(0);
        try (DataDirectory data = DataDirectory.open(root())) {
            Path file = data.sentinelConf(layout, 0);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "# caf\u00e9\nsentinel monitor x 127.0.0.1 1 2\n", ISO_8859_1);

            assertThat(data.masters(layout)).containsOnlyKeys(Cache.values());
        }
    }
}
