package dev.cobnut.proxy.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.topology.Login;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LinkSettingsTest {
    private static LinkSettings settings(@Nullable String password) {
        return new LinkSettings(300, 3, 10, true, 2, Login.of(null, password), 0);
    }

    private static List<String> prelude(@Nullable String password, ConnectionMode mode) {
        List<String> lines = new ArrayList<>();
        settings(password).prelude(mode).forEach(words -> lines.add(String.join(" ", words)));
        return lines;
    }

    @Test
    void eachLaneStandsForOneModeAndMember() {
        LinkSettings settings = settings(null);
        Set<Integer> lanes = new HashSet<>();
        for (int database = 0; database < 4; database++) {
            for (boolean resp3 : new boolean[] {false, true}) {
                for (int member = 0; member < 3; member++) {
                    int lane = settings.lane(database, resp3, member);
                    assertThat(settings.modeOf(lane)).isEqualTo(new ConnectionMode(database, resp3));
                    assertThat(settings.modeOf(settings.asideOf(lane))).isEqualTo(settings.modeOf(lane));
                    lanes.add(lane);
                    lanes.add(settings.asideOf(lane));
                }
            }
        }
        assertThat(lanes).hasSize(48).allMatch(lane -> lane >= 0 && lane < 48);
    }

    @Test
    void membersShareTheLanes() {
        LinkSettings settings = settings(null);
        assertThat(settings.lane(1, true, 7)).isEqualTo(settings.lane(1, true, 1));
        assertThat(settings.lane(1, true, Long.MAX_VALUE)).isBetween(18, 22);
    }

    @Test
    void aConnectionIsMadeReadyByAsLittleAsPossible() {
        assertThat(prelude(null, new ConnectionMode(0, false))).isEmpty();
        assertThat(prelude(null, new ConnectionMode(-1, false))).isEmpty();
        assertThat(prelude("secret", new ConnectionMode(3, true)))
                .containsExactly("AUTH secret", "HELLO 3", "SELECT 3");
        assertThat(prelude(null, new ConnectionMode(3, false))).containsExactly("SELECT 3");
    }

    @Test
    void withoutEjectionAllElseIsTheSame() {
        assertThat(settings("secret").withoutEjection())
                .isEqualTo(new LinkSettings(300, 3, 10, false, 2, new Login(null, "secret"), 0));
        assertThat(settings(null).timeoutNanos()).isEqualTo(300_000_000);
    }
}
