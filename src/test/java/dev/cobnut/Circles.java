package dev.cobnut;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;

/// Sets of files that name each other in a loop, as `jdeps` reads them out of class files. A nested class counts as the
/// file it stands in.
final class Circles {
    /// `   dev.cobnut.net.Outgoing   ->  dev.cobnut.net.IoLoop   classes`
    private static final Pattern ARROW = Pattern.compile("^ +(dev\\.cobnut\\.\\S+) +-> (dev\\.cobnut\\.\\S+) .*");

    private final Map<String, Set<String>> arrows;
    private final Map<String, Integer> order = new HashMap<>();
    private final Deque<String> path = new ArrayDeque<>();
    private final List<List<String>> found = new ArrayList<>();

    private Circles(Map<String, Set<String>> arrows) {
        this.arrows = arrows;
    }

    /// The circles among the classes below a package, each as the sorted names of its files.
    ///
    /// @param classes a folder of class files
    static List<List<String>> among(Path classes, String root) {
        Map<String, Set<String>> arrows = new TreeMap<>();
        StringWriter out = new StringWriter();
        int status = ToolProvider.findFirst("jdeps")
                .orElseThrow()
                .run(new PrintWriter(out), new PrintWriter(out), "-verbose:class", "-filter:none", classes.toString());
        if (status != 0) {
            throw new IllegalStateException("jdeps ended with " + status + ": " + out);
        }
        out.toString().lines().map(ARROW::matcher).filter(Matcher::matches).forEach(arrow -> {
            String from = file(arrow.group(1));
            String to = file(arrow.group(2));
            if (isBelow(from, root) && isBelow(to, root) && !from.equals(to)) {
                arrows.computeIfAbsent(from, _ -> new TreeSet<>()).add(to);
                arrows.computeIfAbsent(to, _ -> new TreeSet<>());
            }
        });
        if (arrows.isEmpty()) {
            throw new IllegalStateException("jdeps has seen nothing of " + root + " in " + classes);
        }
        Circles circles = new Circles(arrows);
        for (String file : arrows.keySet()) {
            if (!circles.order.containsKey(file)) {
                int _ = circles.visit(file);
            }
        }
        return circles.found;
    }

    private static boolean isBelow(String file, String root) {
        return file.startsWith(root + ".");
    }

    private static String file(String className) {
        int nested = className.indexOf('$');
        return nested < 0 ? className : className.substring(0, nested);
    }

    /// Tarjan's algorithm: a file belongs to a circle with all that it reaches and that reach it.
    ///
    /// @return the place of the first visited file that it reaches
    private int visit(String file) {
        int place = order.size();
        int lowest = place;
        order.put(file, place);
        path.push(file);
        for (String next : arrows.getOrDefault(file, Set.of())) {
            Integer reached = order.get(next);
            if (reached == null) {
                lowest = Math.min(lowest, visit(next));
            } else if (path.contains(next)) {
                lowest = Math.min(lowest, reached);
            }
        }
        if (lowest == place) {
            TreeSet<String> circle = new TreeSet<>();
            String last;
            do {
                last = path.pop();
                circle.add(last);
            } while (!last.equals(file));
            if (circle.size() > 1) {
                found.add(List.copyOf(circle));
            }
        }
        return lowest;
    }
}
