package dev.cobnut.cli;

import dev.cobnut.config.BadValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What a running `cobnut vip` says of itself, asked once.
///
/// @param isDrained whether an operator wants no address there
/// @param instances as its page `/vip` has them
record VipPage(boolean isDrained, List<Map<?, ?>> instances) {
    private static final String MASTER = "master";

    /// @param address host and port of its page
    /// @throws IOException when nothing answers, or with something else; for people
    /// @throws BadValue when the address is none
    static VipPage ask(String address) throws IOException, BadValue {
        Map<?, ?> page = new AdminClient(address, null).get("/vip");
        return new VipPage(Boolean.TRUE.equals(page.get("drained")), AdminClient.maps(page, "instances"));
    }

    /// The addresses that are carried there, with their prefixes.
    List<String> carried() {
        List<String> carried = new ArrayList<>();
        for (Map<?, ?> each : instances) {
            if (AdminClient.text(each, "state").equals(MASTER)) {
                carried.addAll(addresses(each));
            }
        }
        return carried;
    }

    /// Whether of each somebody else is known to be master.
    boolean hasOtherMasters() {
        return instances.stream()
                .noneMatch(each -> AdminClient.text(each, MASTER).isEmpty());
    }

    /// Whether each is MASTER or BACKUP.
    boolean isWell() {
        return instances.stream().allMatch(VipPage::isWell);
    }

    private static boolean isWell(Map<?, ?> instance) {
        return List.of(MASTER, "backup").contains(AdminClient.text(instance, "state"));
    }

    /// What each is, in a few words, with the reason if it is not well.
    List<String> states() {
        return instances.stream()
                .map(each -> AdminClient.text(each, "name") + " is "
                        + AdminClient.text(each, "state").toUpperCase(Locale.ROOT)
                        + (isWell(each) ? "" : " (" + AdminClient.text(each, "why") + ")"))
                .toList();
    }

    /// The lines to print.
    List<String> picture() {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"instance", "state", "since", "priority", "addresses", "note"});
        for (Map<?, ?> each : instances) {
            rows.add(new String[] {
                AdminClient.text(each, "name"),
                AdminClient.text(each, "state"),
                AdminClient.text(each, "since").replaceFirst("\\.[0-9]+Z$", "Z"),
                AdminClient.text(each, "priority"),
                String.join(" ", addresses(each)),
                note(each)
            });
            for (Map<?, ?> check : AdminClient.maps(each, "checks")) {
                rows.add(new String[] {
                    "",
                    "",
                    "",
                    "",
                    AdminClient.text(check, "name"),
                    AdminClient.text(check, "verdict") + ": " + AdminClient.text(check, "detail")
                });
            }
        }
        return Table.aligned(rows);
    }

    private static String note(Map<?, ?> instance) {
        String master = AdminClient.text(instance, MASTER);
        String other = master.isEmpty() ? "" : "the master is " + master;
        String why = AdminClient.text(instance, "why");
        if (AdminClient.text(instance, "state").equals("fault")) {
            return other.isEmpty() ? why : why + "; " + other;
        }
        return other.isEmpty() ? why : other;
    }

    private static List<String> addresses(Map<?, ?> instance) {
        List<String> addresses = new ArrayList<>();
        if (instance.get("addresses") instanceof List<?> list) {
            list.forEach(each -> addresses.add(String.valueOf(each)));
        }
        return addresses;
    }
}
