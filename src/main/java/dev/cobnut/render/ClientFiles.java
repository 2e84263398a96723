package dev.cobnut.render;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.config.EnumWord;
import java.util.ArrayList;
import java.util.List;

/// What each client of the stack has to be told: a shop's settings, or a table of addresses. Pure.
///
/// A file is secret when a password was found for it. Where none could be read, a placeholder and a comment stand in its place:
/// most often it is not the machine that renders that may know a shop's password.
final class ClientFiles {
    private ClientFiles() {}

    static List<Rendered> of(Blueprint blueprint, SecretLookup secrets) {
        List<Rendered> files = new ArrayList<>();
        for (Blueprint.Client client : blueprint.clients()) {
            switch (client.kind()) {
                case MAGENTO2 -> {
                    Magento2 shop = new Magento2(blueprint, client, secrets);
                    files.add(file(client, "env.php", shop.environment(), shop.hasPassword()));
                    files.add(file(client, "setup-config-set.sh", shop.setup(), shop.hasPassword()));
                }
                case MAGENTO1 -> {
                    Magento1 shop = new Magento1(blueprint, client, secrets);
                    files.add(file(client, "local.xml", shop.text(), shop.hasPassword()));
                }
                case GENERIC -> files.add(file(client, "caches", table(blueprint, client, secrets), false));
            }
        }
        return files;
    }

    private static Rendered file(Blueprint.Client client, String name, String text, boolean secret) {
        return new Rendered(null, "shared/clients/" + client.name() + "/" + name, text, Rendered.Keeper.COBNUT, secret);
    }

    /// Addresses, for whoever writes a configuration by hand. Without passwords: only where they are.
    private static String table(Blueprint blueprint, Blueprint.Client client, SecretLookup secrets) {
        StringBuilder text = new StringBuilder(Heading.of(blueprint, "#"))
                .append("# cache host port kind shards databases read-timeout-seconds login\n");
        for (Blueprint.Cache cache : blueprint.caches()) {
            boolean named = false;
            boolean any = false;
            for (StoreAccess.Use use : StoreAccess.Use.values()) {
                named |= use.of(client) != null;
                any |= cache.name().equals(use.of(client));
            }
            if (any || !named) {
                StoreAccess access = StoreAccess.of(blueprint, client, cache, 0, secrets);
                text.append(String.join(
                                " ",
                                cache.name(),
                                access.host(),
                                Integer.toString(access.port()),
                                EnumWord.of(cache.kind()),
                                Integer.toString(cache.shards().size()),
                                Integer.toString(cache.databases()),
                                Integer.toString(access.readTimeoutSeconds()),
                                login(access)))
                        .append('\n');
            }
        }
        return text.append("# A read timeout below that gives up while the proxy waits for a new master.\n")
                .toString();
    }

    private static String login(StoreAccess access) {
        StoreAccess.Login login = access.login();
        if (login == null) {
            return "none";
        }
        String user = login.user() == null ? "" : login.user() + "@";
        return user + (login.place().isEmpty() ? "sha-256" : login.place());
    }
}
