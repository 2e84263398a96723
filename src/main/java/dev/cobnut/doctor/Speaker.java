package dev.cobnut.doctor;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A running `cobnut vip`, as its page shows it.
///
/// @param at its page
/// @param isDrained whether an operator wants no address there
/// @param instances its virtual routers
public record Speaker(String at, boolean isDrained, List<Instance> instances) {
    /// What it is called among the processes of a host.
    static final String TITLE = "cobnut vip";

    /// One virtual router.
    ///
    /// @param state `master`, `backup`, `fault`, `init`, or another word
    /// @param why it is in this state, for people; may be empty
    /// @param addresses with their prefixes
    public record Instance(String name, String state, String why, Set<String> addresses) {
        public Instance {
            addresses = Set.copyOf(addresses);
        }

        /// Whether it has the address, or would take it.
        boolean isReady() {
            return state.equals("master") || state.equals("backup");
        }
    }

    public Speaker {
        instances = List.copyOf(instances);
    }

    /// The virtual router of an address; null for none.
    ///
    /// @param address without a prefix
    @Nullable
    Instance of(String address) {
        for (Instance instance : instances) {
            if (VirtualRouter.literal(instance.addresses()).containsAll(VirtualRouter.literal(Set.of(address)))) {
                return instance;
            }
        }
        return null;
    }
}
