package dev.cobnut.control.gate;

/// What a node said when it was asked whether it is the master.
public sealed interface Answer {
    /// Whether the data of a master descend from those that were seen last.
    enum Descent {
        /// They do.
        HEIR,
        /// Nothing shows it, and there is an honest reason for that.
        UNPROVEN,
        /// They do not.
        FOREIGN
    }

    /// Whether it can be written to, if it is the master.
    default boolean isWell() {
        return switch (this) {
            case Master said -> said.descent != Descent.FOREIGN;
            case Mute _ -> true;
            case NotYet _, Nothing _ -> false;
        };
    }

    /// It is a master.
    ///
    /// @param detail for people; empty for an heir
    /// @param lacking whether it refuses writes, since fewer replicas follow it than it wants to have
    record Master(Descent descent, String detail, boolean lacking) implements Answer {
        /// Of one with as many replicas as it wants to have.
        public Master(Descent descent, String detail) {
            this(descent, detail, false);
        }
    }

    /// It is there, and is not to be written to: a replica, or still loading.
    ///
    /// @param detail for people
    record NotYet(String detail) implements Answer {}

    /// It is there, and would not say: it refuses the question as it would refuse any other.
    record Mute() implements Answer {}

    /// It did not answer.
    ///
    /// @param detail for people
    record Nothing(String detail) implements Answer {}
}
