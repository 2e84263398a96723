package dev.cobnut.stack;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.StackText;
import dev.cobnut.render.Passwords;
import dev.cobnut.render.Rendered;
import dev.cobnut.render.Rendering;
import dev.cobnut.render.SecretLookup;
import dev.cobnut.render.Target;
import dev.cobnut.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// The hosts of a stack on this machine, each with the processes that its rendered units would start, from its rendered files.
///
/// Commands are those of `ExecStart`. Other are: where programs and files are; and a proxy's statistics listen at the address of
/// its host only, since all hosts share this one. One thread.
final class RenderedHosts {
    private static final String UNITS = "/etc/systemd/system/";
    private static final String EXEC_START = "ExecStart=";
    private static final Duration END_MAX = Duration.ofSeconds(10);

    private final Blueprint here;
    private final Path root;
    private final Target target;

    /// By host and place.
    private final Map<String, String> units = new HashMap<>();

    /// Commands that the units name, and what they are here.
    private final Map<String, List<String>> programs;

    private final Map<String, List<Child>> running = new HashMap<>();

    /// Writes the files.
    ///
    /// @param root an empty directory
    RenderedHosts(Blueprint here, Passwords passwords, Path root) throws IOException, StackException {
        this.here = here;
        this.root = root;
        this.target = Target.below(root);
        Path server = ServerBinary.find(null).path();
        // It is a Sentinel when it is called so.
        Path sentinel = Files.createSymbolicLink(sentinelProgram(), server);
        this.programs = Map.of(
                "/usr/bin/redis-server", List.of(server.toString()),
                "/usr/bin/redis-sentinel", List.of(sentinel.toString()),
                "/opt/cobnut/cobnut", ChildJvm.command("dev.cobnut.cli.Main"));
        Files.writeString(stackFile(), StackText.of(here, List.of(), Map.of()));
        Set<Rendering.Kind> kinds = Set.of(Rendering.Kind.REDIS, Rendering.Kind.SENTINEL, Rendering.Kind.COBNUT);
        for (Rendered each : Rendering.of(here, target, passwords, SecretLookup.HERE, kinds)) {
            Path file = Path.of(each.path());
            Files.createDirectories(file.getParent());
            Files.writeString(file, each.text());
        }
        for (Rendered each : Rendering.of(here, target, passwords, SecretLookup.HERE, Set.of(Rendering.Kind.SYSTEMD))) {
            units.put(each.host() + each.path(), each.text());
        }
    }

    /// The description of what is here.
    Path stackFile() {
        return root.resolve("stack.yml");
    }

    private Path sentinelProgram() {
        return root.resolve("redis-sentinel");
    }

    /// Starts what is enabled on a host.
    void start(String host) throws IOException {
        List<Child> children = running.computeIfAbsent(host, _ -> new ArrayList<>());
        for (String unit : Rendering.units(here, host)) {
            Path log = root.resolve(host).resolve(unit + ".log");
            children.add(Child.start(unit + " on " + host, command(host, unit), log, _ -> {}));
        }
    }

    private List<String> command(String host, String unit) {
        int at = unit.indexOf('@');
        String instance = unit.substring(at + 1);
        String path = host + UNITS + (at < 0 ? unit : unit.substring(0, at + 1)) + ".service";
        String text = Objects.requireNonNull(units.get(path), path);
        String line = text.lines()
                .filter(each -> each.startsWith(EXEC_START))
                .findFirst()
                .orElseThrow();
        Map<String, String> files = files(host);
        List<String> command = new ArrayList<>();
        for (String word :
                line.substring(EXEC_START.length()).replace("%i", instance).split(" ", -1)) {
            String file = files.getOrDefault(word, word);
            command.addAll(programs.getOrDefault(word, List.of(file)));
        }
        if (unit.equals("cobnut")) {
            command.addAll(List.of("-a", here.host(host).address()));
        }
        return command;
    }

    /// Where a unit says that the files of a host are, and where they are here.
    private Map<String, String> files(String host) {
        Map<String, String> files = new HashMap<>();
        here.redises().stream()
                .filter(each -> each.host().equals(host))
                .forEach(each -> files.put(Target.SYSTEM.configuration(each), target.configuration(each)));
        here.watchers().stream()
                .filter(each -> each.host().equals(host))
                .forEach(each -> files.put(Target.SYSTEM.configuration(each), target.configuration(each)));
        files.put(Target.SYSTEM.proxy(host), target.proxy(host));
        return files;
    }

    /// kill -9 of all that runs on a host.
    void kill(String host) throws InterruptedException {
        List<Child> children = running.getOrDefault(host, List.of());
        for (Child each : children) {
            ProcessHandle.of(each.pid()).ifPresent(ProcessHandle::destroyForcibly);
        }
        for (Child each : children) {
            each.awaitEndOrKill(END_MAX);
        }
        running.remove(host);
    }

    /// What has ended though nobody ended it, with its last lines; empty when all is well.
    List<String> casualties() {
        return running.values().stream()
                .flatMap(List::stream)
                .filter(each -> !each.isAlive())
                .map(each -> each.name() + " " + each.describeExit() + ": " + String.join("\n", each.lastLines(8)))
                .toList();
    }

    /// kill -9 of all.
    void stop() throws IOException, InterruptedException {
        for (String host : List.copyOf(running.keySet())) {
            kill(host);
        }
        Files.deleteIfExists(sentinelProgram());
    }
}
