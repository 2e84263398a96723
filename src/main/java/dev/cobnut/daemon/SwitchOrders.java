package dev.cobnut.daemon;

import dev.cobnut.admin.Order;
import dev.cobnut.admin.SwitchJson;
import dev.cobnut.config.BadValue;
import dev.cobnut.config.HostPort;
import dev.cobnut.control.switchover.Switchovers;
import dev.cobnut.control.switchover.Wish;
import dev.cobnut.topology.NodeAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The orders of the statistics port that are about planned switches.
///
///     POST /switch/look?pool=P&shard=S&to=HOST:PORT&millis=10000   what it would do
///     POST /switch?…                                               begins it; GET /switch tells how far it has come
final class SwitchOrders {
    /// Nothing is promoted sooner.
    static final int MILLIS_MIN = 1_000;

    static final int MILLIS_MAX = 600_000;
    private static final int MILLIS_DEFAULT = 10_000;
    private static final Set<String> PARAMETERS = Set.of("pool", "shard", "to", "millis");

    private final Switchovers switchovers;

    SwitchOrders(Switchovers switchovers) {
        this.switchovers = switchovers;
    }

    List<Order> all() {
        return List.of(new Order("/switch/look", this::look), new Order("/switch", this::begin));
    }

    private String look(Map<String, String> parameters) throws Order.BadOrder {
        return SwitchJson.of(switchovers.look(wish(parameters)));
    }

    private String begin(Map<String, String> parameters) throws Order.BadOrder {
        long number = switchovers.begin(wish(parameters));
        if (number == 0) {
            throw new Order.BadOrder("another switch goes on: see /switch");
        }
        return "{\"number\":" + number + "}\n";
    }

    private static Wish wish(Map<String, String> parameters) throws Order.BadOrder {
        for (String name : parameters.keySet()) {
            if (!PARAMETERS.contains(name)) {
                throw new Order.BadOrder("parameter " + name + " (expected: pool, shard, to, millis)");
            }
        }
        String pool = parameters.get("pool");
        if (pool == null) {
            throw new Order.BadOrder("no pool (expected: pool=NAME)");
        }
        try {
            String to = parameters.get("to");
            NodeAddress.Tcp address = to == null ? null : HostPort.parse(to);
            return new Wish(pool, parameters.get("shard"), address, millis(parameters));
        } catch (BadValue e) {
            throw new Order.BadOrder("to: " + e.getMessage());
        }
    }

    private static Duration millis(Map<String, String> parameters) throws Order.BadOrder {
        String text = parameters.getOrDefault("millis", Integer.toString(MILLIS_DEFAULT));
        int millis = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
        if (millis < MILLIS_MIN || millis > MILLIS_MAX) {
            throw new Order.BadOrder("millis " + text + " (expected: " + MILLIS_MIN + " to " + MILLIS_MAX + ")");
        }
        return Duration.ofMillis(millis);
    }
}
