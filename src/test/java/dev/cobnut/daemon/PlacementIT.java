package dev.cobnut.daemon;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.config.ConfigException;
import dev.cobnut.config.ConfigFile;
import dev.cobnut.config.ServerConfig;
import dev.cobnut.sharding.PlacementVectors;
import dev.cobnut.testing.IndexServers;
import dev.cobnut.testing.Requests;
import dev.cobnut.testing.RespClient;
import dev.cobnut.testing.RunningProxy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Every recorded decision of nutcracker once more, from the text of a configuration file to the server that a
/// request arrives at.
///
/// Each case becomes one proxy with a pool for each hash and distribution. Its servers keep their order, weights and
/// ring names; their addresses are those of servers that answer with their index.
class PlacementIT {
    private static final int SERVERS_MAX = 32;

    @TempDir
    private Path folder;

    @Test
    @Timeout(180)
    void everyRecordedKeyArrivesWhereNutcrackerSentIt() throws Exception {
        int decisions = 0;
        try (IndexServers servers = new IndexServers(SERVERS_MAX)) {
            for (PlacementVectors.Case vectors : PlacementVectors.load()) {
                byte[] requests = getEach(vectors.keys());
                try (RunningProxy _ = RunningProxy.of(folder, configuration(vectors, servers), 1)) {
                    for (int column = 0; column < vectors.columns().size(); column++) {
                        assertThat(askAll(column, requests, vectors.keys().size()))
                                .as("%s, %s", vectors, vectors.columns().get(column))
                                .isEqualTo(vectors.columns().get(column).digits());
                        decisions += vectors.keys().size();
                    }
                }
            }
            assertThat(servers.troubles()).isEmpty();
        }
        assertThat(decisions).isEqualTo(453_600);
    }

    /// One pipeline; the answers as digits in base 32.
    private String askAll(int column, byte[] requests, int count) throws IOException {
        StringBuilder digits = new StringBuilder();
        try (RespClient client = RespClient.to(socket(column))) {
            client.sendRaw(requests);
            for (int i = 0; i < count; i++) {
                String reply = client.reply();
                digits.append(
                        reply.startsWith(":")
                                ? Character.forDigit(Integer.parseInt(reply.substring(1)), SERVERS_MAX)
                                : reply);
            }
        }
        return digits.toString();
    }

    private static byte[] getEach(List<byte[]> keys) {
        ByteArrayOutputStream requests = new ByteArrayOutputStream();
        for (byte[] key : keys) {
            requests.writeBytes(Requests.frame("GET", new String(key, ISO_8859_1)));
        }
        return requests.toByteArray();
    }

    private Path socket(int column) {
        return folder.resolve("p" + column);
    }

    private String configuration(PlacementVectors.Case vectors, IndexServers servers) throws Exception {
        List<ServerConfig> originals = originals(vectors);
        StringBuilder yml = new StringBuilder();
        for (int column = 0; column < vectors.columns().size(); column++) {
            PlacementVectors.Column each = vectors.columns().get(column);
            yml.append(pool("p" + column, socket(column).toString(), vectors.hashTag()))
                    .append("  hash: ")
                    .append(each.hash())
                    .append('\n')
                    .append("  distribution: ")
                    .append(each.distribution())
                    .append('\n')
                    .append("  servers:\n");
            for (int i = 0; i < originals.size(); i++) {
                ServerConfig server = originals.get(i);
                yml.append("  - '127.0.0.1:%d:%d %s'\n".formatted(servers.port(i), server.weight(), server.ringName()));
            }
        }
        return yml.toString();
    }

    /// The servers as the unchanged lines of the case give them, with the ring names that follow from those.
    private List<ServerConfig> originals(PlacementVectors.Case vectors) throws IOException, ConfigException {
        String lines =
                vectors.servers().stream().map(line -> "  - '" + line + "'\n").collect(Collectors.joining());
        Path file = folder.resolve("original.yml");
        Files.writeString(file, pool("p", "127.0.0.1:1", vectors.hashTag()) + "  servers:\n" + lines, UTF_8);
        return ConfigFile.read(file, false).pools().getFirst().servers();
    }

    private static String pool(String name, String listen, @Nullable String hashTag) {
        String tag = hashTag == null ? "" : "  hash_tag: '" + hashTag.replace("'", "''") + "'\n";
        return name + ":\n  listen: " + listen + "\n  redis: true\n" + tag;
    }
}
