package dev.cobnut.doctor;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// From the page of a `cobnut vip` to facts. Pure.
public final class SpeakerPage {
    /// Its path.
    public static final String PATH = "/vip";

    private SpeakerPage() {}

    /// A speaker with what it says of itself.
    ///
    /// @param at host and port of the page
    /// @param page its object
    public static void read(String at, Map<?, ?> page, Facts.Collector into) {
        List<Speaker.Instance> instances = new ArrayList<>();
        for (Map<?, ?> each : ProxyPages.maps(page, "instances")) {
            Set<String> addresses = new LinkedHashSet<>(ProxyPages.texts(each, "addresses"));
            instances.add(new Speaker.Instance(
                    ProxyPages.text(each, "name"),
                    ProxyPages.text(each, "state"),
                    ProxyPages.text(each, "why"),
                    addresses));
        }
        into.speakers.add(new Speaker(at, Boolean.TRUE.equals(page.get("drained")), instances));
        into.looked.add(Speaker.TITLE + " " + at);
    }

    /// A speaker that did not answer.
    ///
    /// @param why for people
    public static void miss(String at, String why, Facts.Collector into) {
        into.missed.add(new Facts.Miss(Facts.Target.SPEAKER, at, why));
    }
}
