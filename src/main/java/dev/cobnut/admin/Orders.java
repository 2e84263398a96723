package dev.cobnut.admin;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the statistics port does for whoever knows the token.
///
/// @param token null when nobody does: then there are no orders
/// @param all what can be ordered
public record Orders(@Nullable String token, List<Order> all) {
    /// Short ones can be guessed.
    public static final int TOKEN_CHARS_MIN = 16;

    private static final String SCHEME = "Bearer ";

    public Orders {
        all = List.copyOf(all);
    }

    /// Carries a complete POST out, if it may be.
    Answer answer(RequestHead head) {
        if (token == null) {
            return Answer.plain("403 Forbidden", "This proxy takes no orders: start it with --admin-token.\n");
        }
        if (head.header("origin") != null) {
            return Answer.plain("403 Forbidden", "Pages of other sites give no orders here (Origin).\n");
        }
        if (!isKnown(head.header("authorization"), token)) {
            return Answer.plain("401 Unauthorized", "The token is missing or wrong (Authorization: Bearer TOKEN).\n");
        }
        for (Order order : all) {
            if (order.path().equals(head.path())) {
                return carryOut(order, head.parameters());
            }
        }
        String paths = String.join(" or ", all.stream().map(Order::path).toList());
        return Answer.plain(Answer.NOT_FOUND, "There is no such order; expected: POST " + paths + ".\n");
    }

    private static Answer carryOut(Order order, @Nullable Map<String, String> parameters) {
        if (parameters == null) {
            return Answer.plain(Answer.BAD_REQUEST, "The query is not name=value&name=value, each name once.\n");
        }
        try {
            return Answer.json(order.carrier().carryOut(parameters));
        } catch (Order.BadOrder e) {
            return Answer.plain(Answer.BAD_REQUEST, e.getMessage() + "\n");
        }
    }

    private static boolean isKnown(@Nullable String header, String token) {
        return header != null
                && header.startsWith(SCHEME)
                && MessageDigest.isEqual(
                        header.substring(SCHEME.length()).getBytes(StandardCharsets.ISO_8859_1),
                        token.getBytes(StandardCharsets.ISO_8859_1));
    }
}
