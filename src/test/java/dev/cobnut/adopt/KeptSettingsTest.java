package dev.cobnut.adopt;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.doctor.Facts;
import dev.cobnut.doctor.Server;
import dev.cobnut.doctor.Setting;
import dev.cobnut.render.Passwords;
import dev.cobnut.render.RedisConf;
import dev.cobnut.render.Target;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each line of a redis.conf that means something is in the one that is rendered for the same server, or there is a note on it.
class KeptSettingsTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"shop", "published"})
    void everySettingThatMeansSomethingIsRenderedAgain(String sample) throws IOException {
        Path files = sample.equals("shop") ? Samples.SHOP : Samples.PUBLISHED;
        Adoption adoption = Samples.adopt(files);
        Blueprint blueprint = requireNonNull(adoption.blueprint());
        Set<String> noted = noted(adoption);
        int compared = 0;
        for (Server before : Samples.facts(files).servers()) {
            Server after = rendered(blueprint, before);
            for (Setting setting : before.settings().all()) {
                if (isMeant(setting) && !noted.contains(setting.at())) {
                    compared++;
                    assertThat(values(after, setting.name()))
                            .as(setting.at() + " " + setting.name())
                            .contains(RedisDefaults.comparable(setting.value()));
                }
            }
        }
        assertThat(compared).isGreaterThan(20);
    }

    private static boolean isMeant(Setting setting) {
        return switch (setting.name()) {
            case "bind", "replicaof", "slaveof", "user" -> false;
            case "save" -> !setting.value().isEmpty();
            default -> !RedisDefaults.isDefault(setting);
        };
    }

    /// Today's names, sizes as bytes.
    private static List<String> values(Server server, String name) {
        List<String> values = new ArrayList<>();
        for (Setting setting : server.settings().all()) {
            if (RedisDefaults.today(setting.name()).equals(RedisDefaults.today(name))) {
                values.add(RedisDefaults.comparable(setting.value()));
            }
        }
        return values;
    }

    /// `FILE:LINE` of all notes.
    private static Set<String> noted(Adoption adoption) {
        Set<String> noted = new HashSet<>();
        for (String line : adoption.notes()) {
            for (String place : line.startsWith("      ") ? line.strip().split(" ", -1) : new String[0]) {
                int colon = place.lastIndexOf(':');
                for (String number : place.substring(colon + 1).split(",", -1)) {
                    noted.add(adoption.folder() + place.substring(0, colon) + ":" + number);
                }
            }
        }
        return noted;
    }

    /// What is rendered for a server: by its folder and its port.
    private Server rendered(Blueprint blueprint, Server before) throws IOException {
        for (Blueprint.Redis redis : blueprint.redises()) {
            NodeAddress.Tcp address = blueprint.address(redis);
            if (before.at().contains("/" + redis.host() + "/") && before.port() == address.port()) {
                Path file = folder.resolve(redis.host() + "-" + redis.group() + ".conf");
                Files.writeString(
                        file,
                        RedisConf.of(blueprint, redis, Target.SYSTEM, new Passwords("s3cret of red", null))
                                .text());
                Facts facts = Samples.facts(file);
                return facts.servers().getFirst();
            }
        }
        throw new AssertionError("nothing was rendered for " + before.at());
    }
}
