package dev.cobnut.vip;

import dev.cobnut.vip.vrrp.Effect.State;
import dev.cobnut.vip.vrrp.Rejection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a speaker does, at one moment. Immutable.
///
/// @param isDrained whether an operator wants no address here
/// @param instances in the order of the file
public record Status(boolean isDrained, List<Instance> instances) {
    public Status {
        instances = List.copyOf(instances);
    }

    /// One virtual router.
    ///
    /// @param sinceMillis since 1970
    /// @param why what brought it into this state; in FAULT, all that keeps it there now
    /// @param priority with what checks add and take away
    /// @param master who was heard last as master; null for nobody, and when this one is
    /// @param addresses with their prefixes
    /// @param checks in the order of the file
    public record Instance(
            String name,
            State state,
            long sinceMillis,
            String why,
            int priority,
            @Nullable String master,
            String networkInterface,
            int id,
            int version,
            List<String> addresses,
            List<CheckResult> checks,
            Counts counts) {
        public Instance {
            addresses = List.copyOf(addresses);
            checks = List.copyOf(checks);
        }
    }

    /// How a check stands.
    ///
    /// @param detail what was seen last
    public record CheckResult(String name, Verdict verdict, String detail) {}

    /// What is believed of what a check looks at.
    public enum Verdict {
        /// Nobody has looked yet.
        UNKNOWN,
        GOOD,
        BAD
    }

    /// Since the start.
    ///
    /// @param becameMaster how often
    /// @param sent advertisements
    /// @param notSent advertisements that the kernel refused to send, to one peer or all
    /// @param received advertisements that were believed
    /// @param rejected by kind; kinds that never came are missing
    /// @param rivals advertisements of another master while this one was
    /// @param otherAddresses advertisements whose addresses are not ours
    /// @param lateMaxMillis how late it acted at worst: a machine that is starved, or stood still
    public record Counts(
            long becameMaster,
            long sent,
            long notSent,
            long received,
            Map<Rejection, Long> rejected,
            long rivals,
            long otherAddresses,
            long lateMaxMillis) {
        public Counts {
            rejected = Map.copyOf(rejected);
        }
    }
}
