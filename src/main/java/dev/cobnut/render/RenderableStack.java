package dev.cobnut.render;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.StackFile;
import dev.cobnut.config.ConfigException;
import dev.cobnut.config.ConfigFile;
import dev.cobnut.config.Problem;
import dev.cobnut.config.Problems;
import dev.cobnut.config.Secret;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads a stack.yml that can be rendered: one whose proxies would take their file. What `pool:` and `users:` of a cache hand on is
/// for the proxy to judge, and so it does, here already.
public final class RenderableStack {
    private static final Pattern POOL = Pattern.compile("pool (\\S+)\\b.*", Pattern.DOTALL);

    private RenderableStack() {}

    /// What a file says. Blocks for the disk.
    ///
    /// @throws ConfigException with every problem found; of a pool with the line of its cache
    public static Blueprint read(Path file) throws ConfigException {
        Blueprint blueprint = StackFile.read(file);
        Blueprint.Proxies proxies = blueprint.proxies();
        if (proxies != null) {
            String text = ProxyConf.of(blueprint, proxies.hosts().getFirst(), Target.SYSTEM)
                    .text();
            Problems problems = new Problems(file);
            try {
                ConfigFile.parse(Secret.withoutPlaces(text), true, new Problems(file));
            } catch (ConfigException e) {
                e.problems().forEach(each -> problems.add(line(blueprint, each), each.text()));
            }
            problems.throwIfAny();
        }
        return blueprint;
    }

    private static int line(Blueprint blueprint, Problem problem) {
        Matcher pool = POOL.matcher(problem.text());
        return blueprint.caches().stream()
                .filter(cache -> pool.matches() && cache.name().equals(pool.group(1)))
                .mapToInt(Blueprint.Cache::line)
                .findFirst()
                .orElse(0);
    }
}
