package dev.cobnut.doctor;

import dev.cobnut.doctor.Rule.Found;
import java.util.ArrayList;
import java.util.List;

/// Versions of servers that mix badly. Pure; each method is the rule of one row of [RuleTable].
final class VersionRules {
    /// From this Redis on, the two families write dumps that the other cannot load.
    private static final int APART_REDIS = 7 * 1_000 + 4;

    /// And from this Valkey on.
    private static final int APART_VALKEY = 9 * 1_000;

    private VersionRules() {}

    static List<Found> older(Facts facts) {
        List<Found> found = new ArrayList<>();
        for (Server replica : ServerRules.living(facts)) {
            for (Server master : ServerRules.living(facts)) {
                boolean follows = master.address() != null
                        && replica.master() != null
                        && ServerRules.isSame(master.address(), replica.master());
                if (follows && cannotLoad(replica, master)) {
                    found.add(new Found(
                            replica.at(),
                            name(replica) + " replicates " + master.at() + " with " + name(master),
                            "no older than its master, and of its family"));
                }
            }
        }
        return found;
    }

    /// Whether a dump of the master may be of a version that the replica does not know.
    private static boolean cannotLoad(Server replica, Server master) {
        if (isValkey(replica) == isValkey(master)) {
            return version(replica) < version(master);
        }
        return version(master) >= (isValkey(master) ? APART_VALKEY : APART_REDIS);
    }

    private static boolean isValkey(Server server) {
        return !server.field("valkey_version").isEmpty();
    }

    /// Major and minor version; 0 when it is not said. What comes third changes no format.
    private static int version(Server server) {
        String[] parts = text(server).split("\\.", -1);
        boolean said = parts.length > 1 && parts[0].matches("\\d{1,3}") && parts[1].matches("\\d{1,3}");
        return said ? Integer.parseInt(parts[0]) * 1_000 + Integer.parseInt(parts[1]) : 0;
    }

    private static String text(Server server) {
        return isValkey(server) ? server.field("valkey_version") : server.field("redis_version");
    }

    private static String name(Server server) {
        return (isValkey(server) ? "Valkey " : "Redis ") + text(server);
    }
}
