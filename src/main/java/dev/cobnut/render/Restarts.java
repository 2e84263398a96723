package dev.cobnut.render;

import dev.cobnut.blueprint.Blueprint;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a host has to run after newer files were copied there, since neither the proxy nor what moves the virtual address
/// reads its file again, and `systemctl enable --now` leaves alone what runs. Servers and Sentinels keep files of their own, and
/// need nothing. Pure.
public final class Restarts {
    private static final String UNITS = "/etc/systemd/system/";
    private static final String COBNUT = "/opt/cobnut/cobnut vip ";

    /// Until the speaker knows that the proxy does not answer: it looks each second, and believes two answers in turn.
    private static final int SEEN_SECONDS = 3;

    private Restarts() {}

    /// The commands for a shell of the host; null when nothing has to be started again.
    ///
    /// The address is with another host meanwhile, and the command ends only when this one could have it again: whoever goes
    /// on to the next host before that leaves the address with nobody.
    ///
    /// @param changed the files of the host that were written over others, each from the root
    public static @Nullable String command(Blueprint blueprint, String host, Set<String> changed) {
        List<String> units = new ArrayList<>();
        if (changed.contains(Target.SYSTEM.proxy(host)) || changed.contains(UNITS + "cobnut.service")) {
            units.add("cobnut");
        }
        boolean hasSpeaker = VipConf.isOn(blueprint, host);
        if (hasSpeaker && (changed.contains(VipConf.PATH) || changed.contains(UNITS + "cobnut-vip.service"))) {
            units.add("cobnut-vip");
        }
        String restart = units.isEmpty() ? null : "systemctl restart " + String.join(" ", units);
        if (changed.contains(KeepalivedConf.PATH)) {
            String reload = "systemctl reload keepalived";
            return restart == null ? reload : restart + " && " + reload;
        }
        if (restart == null || !hasSpeaker) {
            return restart;
        }
        // Drained, a speaker may find its new checks bad for as long as the proxy needs: nobody waits for it.
        return COBNUT + "drain && " + restart + " && sleep " + SEEN_SECONDS + " && until " + COBNUT
                + "undrain; do sleep 1; done && until " + COBNUT
                + "status | grep -qE \"^cobnut +(master|backup)\"; do sleep 1; done";
    }
}
