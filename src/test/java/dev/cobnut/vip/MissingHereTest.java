package dev.cobnut.vip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.vip.file.VipFile;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MissingHereTest {
    @TempDir
    private Path folder;

    @Test
    void namesInterfacesThatAreNotThereAndProgramsThatCannotBeRunOnceEach() throws Exception {
        String loopback = NetworkInterface.networkInterfaces()
                .filter(each -> each.getName().startsWith("lo"))
                .findFirst()
                .orElseThrow()
                .getName();
        Path good = program("good", "rwxr-xr-x");
        Path bad = program("bad", "rw-r--r--");
        VipSettings settings = VipFile.parse(Path.of("vip.yml"), """
                vip:
                  one:
                    interface: %s
                    addresses: 10.0.0.100/24
                    checks: [run %s --some, run %s, run good, run nowhere, ping 127.0.0.1:6379]
                    notify: nowhere and more
                  two:
                    interface: no-such-one
                    addresses: 10.0.0.101/24
                    router_id: 52
                    checks: []
                    notify_master: %s/missing
                """.formatted(loopback, good, bad, folder));

        assertThat(MissingHere.of(settings, "/no/such/folder:" + folder))
                .containsExactly(
                        "there is no network interface no-such-one on this machine",
                        bad + " cannot be run on this machine",
                        "nowhere cannot be run on this machine",
                        folder + "/missing cannot be run on this machine");
    }

    private Path program(String name, String rights) throws Exception {
        return Files.setPosixFilePermissions(
                Files.createFile(folder.resolve(name)), PosixFilePermissions.fromString(rights));
    }
}
