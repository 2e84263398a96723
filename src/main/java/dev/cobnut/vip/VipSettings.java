package dev.cobnut.vip;

import dev.cobnut.topology.NodeAddress;
import dev.cobnut.vip.vrrp.RouterSettings;
import java.time.Duration;
import java.util.List;

/// What a file says of virtual addresses, checked.
///
/// @param instances at least one; no two of one name, or of one id, family and interface
/// @param notes what the file says and what has no effect here, a sentence each, with its place; for people
public record VipSettings(List<Instance> instances, List<String> notes) {

    public VipSettings {
        instances = List.copyOf(instances);
        notes = List.copyOf(notes);
    }

    /// One virtual router with what decides about it.
    ///
    /// @param checks whether what stands behind the addresses works; none for: always
    public record Instance(RouterSettings router, List<Check> checks, Hooks hooks) {
        public Instance {
            checks = List.copyOf(checks);
        }
    }

    /// Something that is looked at again and again.
    ///
    /// @param name for people; one of this name is the same in all instances, but for its weight
    /// @param interval from one beginning to the next
    /// @param timeout after which it has failed
    /// @param rise how often it has to succeed in turn before it counts as good; 1 or more
    /// @param fall how often it has to fail in turn before it counts as bad; 1 or more
    /// @param weight 0: an instance with a bad one carries no address. Above: added to the priority while it is good. Below: while
    ///     it is bad
    /// @param startsBad whether it counts as bad from the start until it has succeeded `rise` times; else its first result decides, and
    ///     an instance waits for that
    public record Check(
            String name,
            Probe probe,
            Duration interval,
            Duration timeout,
            int rise,
            int fall,
            int weight,
            boolean startsBad) {

        /// The same, called otherwise.
        public Check withName(String other) {
            return new Check(other, probe, interval, timeout, rise, fall, weight, startsBad);
        }

        /// The same, with another weight.
        public Check withWeight(int other) {
            return new Check(name, probe, interval, timeout, rise, fall, other, startsBad);
        }
    }

    /// What is looked at.
    public sealed interface Probe {
        /// PING is answered there, or with: you have to log in first.
        record Ping(NodeAddress.Tcp address) implements Probe {}

        /// GET is answered with 200.
        ///
        /// @param path with its query; begins with `/`
        record Http(NodeAddress.Tcp address, String path) implements Probe {}

        /// A program ends with 0. It is started without a shell.
        ///
        /// @param words the program and its arguments
        record Command(List<String> words) implements Probe {
            public Command {
                words = List.copyOf(words);
            }
        }
    }

    /// Programs that are told of each change of state, started without a shell; an empty list of words for none. `any` gets
    /// four words more, as keepalived gives them: INSTANCE, the name, the state (MASTER, BACKUP, FAULT, STOP) and the priority.
    ///
    /// @param timeout after which one is killed
    public record Hooks(
            List<String> master,
            List<String> backup,
            List<String> fault,
            List<String> stop,
            List<String> any,
            Duration timeout) {
        public static final Hooks NONE =
                new Hooks(List.of(), List.of(), List.of(), List.of(), List.of(), Duration.ofSeconds(10));

        public Hooks {
            master = List.copyOf(master);
            backup = List.copyOf(backup);
            fault = List.copyOf(fault);
            stop = List.copyOf(stop);
            any = List.copyOf(any);
        }
    }
}
