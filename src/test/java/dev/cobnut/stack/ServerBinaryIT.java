package dev.cobnut.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerBinaryIT {
    @TempDir
    private Path directory;

    @Test
    void takesTheGivenOneWhateverItsVersion() throws Exception {
        Path old = script("redis-server", "Redis server v=2.8.19 sha=0 malloc=libc");

        ServerBinary found = ServerBinary.find(old, null, directory);

        assertThat(found).isEqualTo(new ServerBinary(old, "2.8.19", ServerBinary.Source.GIVEN));
    }

    @Test
    void passesOverServersThatAreTooOld() throws Exception {
        script("redis-server", "Redis server v=6.0.20 sha=0 malloc=libc");
        Path recent = script("valkey-server", "Valkey server v=8.0.1 sha=0 malloc=libc");

        ServerBinary found = ServerBinary.find(null, directory.toString(), directory);

        assertThat(found).isEqualTo(new ServerBinary(recent, "8.0.1", ServerBinary.Source.FOUND));
    }

    @Test
    void unpacksTheCarriedServerForTheOwnerOnly() throws Exception {
        Path cache = directory.resolve("cache");

        ServerBinary found = ServerBinary.find(null, directory.toString(), cache);

        assertThat(found.version()).isEqualTo("7.0.15");
        assertThat(found.source()).isEqualTo(ServerBinary.Source.CARRIED);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(found.path())))
                .isEqualTo("rwx------");
        try (var files = Files.list(cache)) {
            assertThat(files).containsExactly(found.path());
        }
    }

    @Test
    void replacesACarriedServerThatSomebodyChanged() throws Exception {
        Path cache = directory.resolve("cache");
        Path unpacked = ServerBinary.find(null, null, cache).path();
        Files.writeString(unpacked, "#!/bin/sh\necho v=9.9.9\n");

        assertThat(ServerBinary.find(null, null, cache).version()).isEqualTo("7.0.15");
    }

    @Test
    void saysWhatAGivenFileIsInstead() throws Exception {
        Path other = script("other", "hello");

        assertThatThrownBy(() -> ServerBinary.find(other, null, directory))
                .isInstanceOf(StackException.class)
                .hasMessage(other + " --version says \"hello\" (expected: a redis-server or valkey-server, which says"
                        + " v=NUMBER)");
    }

    private Path script(String name, String output) throws IOException {
        Path file = Files.writeString(directory.resolve(name), "#!/bin/sh\necho '" + output + "'\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
