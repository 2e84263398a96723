package dev.cobnut.vip;

import dev.cobnut.admin.Orders;
import dev.cobnut.admin.Page;
import dev.cobnut.admin.StatsServer;
import dev.cobnut.stats.LoopTurn;
import dev.cobnut.vip.checks.Checks;
import dev.cobnut.vip.checks.ChildProcess;
import dev.cobnut.vip.linux.LinuxNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One running speaker: its thread, its checks and hooks, the watch on the operator's file, and its pages, put together.
public final class VipProcess {
    private static final Logger LOG = LoggerFactory.getLogger(VipProcess.class);
    private static final long LOOK_MILLIS = 100;

    private final Options options;
    private final ChildProcess children = new ChildProcess(LinuxNetwork::keepRightsFromChildren);
    private final Hooks hooks = new Hooks(children);
    private final Speaker speaker;
    private final boolean drainedAtStart;

    /// What a process is started with.
    ///
    /// @param drainFile while it is there, no address is carried here
    /// @param statsHost where its pages are
    /// @param statsPort 1 to 65535
    public record Options(VipSettings settings, Path drainFile, String statsHost, int statsPort) {}

    /// @throws IOException when rights are missing, or this is no Linux; the message says so
    public VipProcess(Options options) throws IOException {
        this.options = options;
        this.drainedAtStart = Files.exists(options.drainFile());
        this.speaker = new Speaker(options.settings(), LinuxNetwork.open(), drainedAtStart, hooks);
    }

    /// Speaks until [#stop], on the calling thread: a platform thread.
    ///
    /// @throws IOException when its port is taken, or the kernel fails; no address is carried any more
    public void run() throws IOException {
        List<Page> pages = List.of(
                Page.json("/vip", () -> StatusJson.of(speaker.status())),
                Page.live(() -> List.of(new LoopTurn("speaker", speaker.turnNanos()))));
        Thread watch = Thread.ofPlatform().daemon().name("drain").unstarted(this::watchDrainFile);
        try (hooks;
                StatsServer _ = StatsServer.start(
                        options.statsHost(), options.statsPort(), pages, new Orders(null, List.of()));
                Checks checks = new Checks(children, speaker::checked)) {
            LOG.info("its page is on {}:{}", options.statsHost(), options.statsPort());
            checks.start(checks());
            watch.start();
            speaker.run();
        } finally {
            watch.interrupt();
        }
    }

    /// One of each name.
    private List<VipSettings.Check> checks() {
        Map<String, VipSettings.Check> byName = new LinkedHashMap<>();
        for (VipSettings.Instance instance : options.settings().instances()) {
            instance.checks().forEach(check -> byName.putIfAbsent(check.name(), check));
        }
        return List.copyOf(byName.values());
    }

    private void watchDrainFile() {
        boolean before = drainedAtStart;
        try {
            while (!Thread.currentThread().isInterrupted()) {
                boolean isThere = Files.exists(options.drainFile());
                if (isThere != before) {
                    before = isThere;
                    LOG.info(
                            isThere ? "{} is there: drained" : "{} is gone: not drained any more", options.drainFile());
                    speaker.drain(isThere);
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// What it does now. Any thread.
    public Status status() {
        return speaker.status();
    }

    /// Gives all addresses away, and ends [#run]. Any thread.
    public void stop() {
        speaker.stop();
    }
}
