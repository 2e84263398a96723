package dev.cobnut.render;

import dev.cobnut.blueprint.Blueprint;
import java.util.List;

/// The names of all hosts, as lines for `/etc/hosts`. Pure.
///
/// Nothing that is rendered needs them: files name addresses. They are for people, and for what people write.
final class HostNames {
    private HostNames() {}

    static List<Rendered> of(Blueprint blueprint) {
        StringBuilder text = new StringBuilder(Heading.of(blueprint, "#"));
        text.append("# Lines to add to /etc/hosts of each host.\n");
        for (Blueprint.Host host : blueprint.hosts()) {
            if (!Directives.isName(host.address())) {
                text.append(host.address()).append(' ').append(host.name()).append('\n');
            } else {
                text.append("# ").append(host.name()).append(" is known by a name already: ");
                text.append(host.address()).append('\n');
            }
        }
        return List.of(new Rendered(null, "shared/hosts", text.toString(), Rendered.Keeper.COBNUT, false));
    }
}
