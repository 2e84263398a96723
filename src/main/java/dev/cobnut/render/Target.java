package dev.cobnut.render;

import dev.cobnut.blueprint.Blueprint;
import java.nio.file.Path;

/// Where on a host the files of each process are: in the places of a Linux system, or all below one directory, for a rehearsal
/// on one machine.
public interface Target {
    /// The places of a system with systemd and Debian's package of Redis.
    Target SYSTEM = new Target() {
        @Override
        public String configuration(Blueprint.Redis redis) {
            return "/etc/redis/redis-" + redis.instance() + ".conf";
        }

        @Override
        public String data(Blueprint.Redis redis) {
            return "/var/lib/redis/" + redis.instance();
        }

        @Override
        public String configuration(Blueprint.Sentinel sentinel) {
            return "/etc/redis/sentinel.conf";
        }

        @Override
        public String data(Blueprint.Sentinel sentinel) {
            return "/var/lib/redis/sentinel";
        }

        @Override
        public String proxy(String host) {
            return "/etc/cobnut/cobnut.yml";
        }
    };

    /// All below one directory, a directory for each host.
    static Target below(Path root) {
        return new Target() {
            @Override
            public String configuration(Blueprint.Redis redis) {
                return data(redis) + "/redis.conf";
            }

            @Override
            public String data(Blueprint.Redis redis) {
                return root.resolve(redis.host()).resolve(redis.instance()).toString();
            }

            @Override
            public String configuration(Blueprint.Sentinel sentinel) {
                return data(sentinel) + "/sentinel.conf";
            }

            @Override
            public String data(Blueprint.Sentinel sentinel) {
                return root.resolve(sentinel.host()).resolve("sentinel").toString();
            }

            @Override
            public String proxy(String host) {
                return root.resolve(host).resolve("cobnut.yml").toString();
            }
        };
    }

    /// The redis.conf of a server.
    String configuration(Blueprint.Redis redis);

    /// The directory of its data.
    String data(Blueprint.Redis redis);

    /// The sentinel.conf of a Sentinel.
    String configuration(Blueprint.Sentinel sentinel);

    /// Its working directory.
    String data(Blueprint.Sentinel sentinel);

    /// The configuration of the proxy of a host.
    String proxy(String host);
}
