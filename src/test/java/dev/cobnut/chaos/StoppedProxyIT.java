package dev.cobnut.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A proxy that stands still while the master changes, as in a pause of its virtual machine: the old master goes on taking
/// writes for some 11 s, and will throw them away.
@Timeout(120)
class StoppedProxyIT {
    @TempDir
    private Path folder;

    @Test
    void writesNothingToTheOldMasterWhenItWakes() throws Exception {
        try (Stage stage = new Stage(folder)) {
            stage.group();
            stage.watch(5_000);
            ProxyProcess proxy = stage.serveApart("");
            try (Ledger ledger = Ledger.open(stage.port(), 8, 1)) {
                Thread.sleep(500);
                proxy.signal("STOP");
                stage.failOver();
                stage.replica().await("INFO replication", "role:master");
                Thread.sleep(1_500);
                assertThat(stage.master().ask("INFO replication")).contains("role:master");
                proxy.signal("CONT");
                // Only then is what it has taken meanwhile thrown away.
                stage.master().await("INFO replication", "role:slave");
                Thread.sleep(300);
                ledger.stop();

                assertThat(stage.lost(ledger, stage.replica())).as(proxy.log()).isZero();
                assertThat(ledger.errors()).isEmpty();
            }
        }
    }
}
