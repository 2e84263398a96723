package dev.cobnut.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.config.ConfigException;
import dev.cobnut.config.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoolsJsonTest {
    @TempDir
    private Path folder;

    @Test
    void eachPoolSaysHowItPlacesKeys() throws IOException, ConfigException {
        Path file = Files.writeString(folder.resolve("nutcracker.yml"), """
                a:
                  listen: 0.0.0.0:6379
                  hash: murmur
                  hash_tag: "{}"
                  distribution: modula
                  redis: true
                  servers:
                    - 10.0.0.1:6379:1
                b:
                  listen: /run/b.sock
                  redis: true
                  servers:
                    - 10.0.0.1:6379:1
                """);

        assertThat(PoolsJson.of(ConfigFile.read(file, false).pools()))
                .isEqualTo(
                        "{\"pools\": [{\"name\": \"a\", \"listen\": \"0.0.0.0:6379\", \"hash\": \"murmur\","
                                + " \"hash_tag\": \"{}\", \"distribution\": \"modula\"}, {\"name\": \"b\", \"listen\":"
                                + " \"/run/b.sock\", \"hash\": \"fnv1a_64\", \"hash_tag\": null, \"distribution\": \"ketama\"}]}");
    }

    @Test
    void aHostSaysWhichAddressesItCarries() {
        assertThat(HostJson.of("web1"))
                .startsWith("{\"name\": \"web1\", \"addresses\": [")
                .contains("\"127.0.0.1\"");
    }
}
