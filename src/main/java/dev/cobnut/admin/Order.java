package dev.cobnut.admin;

import java.util.Map;

/// Something that the statistics port does for whoever knows the token: the answer to a POST.
///
/// @param path what is posted to, without a query; begins with `/`
/// @param carrier called for each, on any thread
public record Order(String path, Carrier carrier) {

    /// Carries it out.
    @FunctionalInterface
    public interface Carrier {
        /// Does it, or has it done.
        ///
        /// @param parameters the query's, decoded
        /// @return the answer, as JSON; ends with a line end
        /// @throws BadOrder when it makes no sense
        String carryOut(Map<String, String> parameters) throws BadOrder;
    }

    /// It makes no sense; the message says why, and what was expected.
    public static final class BadOrder extends Exception {
        private static final long serialVersionUID = 1;

        public BadOrder(String message) {
            super(message);
        }
    }
}
