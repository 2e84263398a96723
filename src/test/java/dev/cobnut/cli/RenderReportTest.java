package dev.cobnut.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.config.ConfigException;
import dev.cobnut.render.Passwords;
import dev.cobnut.render.RenderableStack;
import dev.cobnut.render.Rendered;
import dev.cobnut.render.Rendering;
import dev.cobnut.render.SecretLookup;
import dev.cobnut.render.Target;
import dev.cobnut.render.Writer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is said of a rendering, and of who runs already.
class RenderReportTest {
    private static final Path SHOP = Path.of("src/test/resources/dev/cobnut/render/shop.yml");
    private static final String SERVERS = "another password of the servers: no command here";
    private static final String SENTINELS = "another password of the Sentinels: no command here";

    @TempDir
    private Path folder;

    private List<String> report(Passwords passwords, Running running) throws IOException, ConfigException {
        Blueprint blueprint = RenderableStack.read(SHOP);
        List<Rendered> files = Rendering.of(
                blueprint, Target.SYSTEM, passwords, SecretLookup.NONE, EnumSet.allOf(Rendering.Kind.class));
        List<Writer.Outcome> outcomes = Writer.write(folder, files, _ -> true, false);
        RenderReport report = new RenderReport(blueprint, folder, outcomes, running);
        report.appendCommands();
        return report.lines(SHOP, null, true);
    }

    private static Running others(Running.Other... others) {
        return new Running(Map.of(), Map.of(), List.of(others));
    }

    @Test
    void whoRefusesAndWhoIsSilentIsNamed() throws Exception {
        assertThat(report(
                        new Passwords("one", "two"),
                        others(
                                new Running.Other("red1:12000", false, null),
                                new Running.Other("red2:12000", false, null),
                                new Running.Other("red1:26379", true, "NOAUTH Authentication required."),
                                new Running.Other("red2:26379", true, "NOAUTH Authentication required."),
                                new Running.Other("red3:12000", false, "LOADING Redis is loading"))))
                .contains(
                        "servers that do not answer: red1:12000, red2:12000",
                        "Sentinels that refuse (NOAUTH Authentication required.): red1:26379, red2:26379",
                        "servers that refuse (LOADING Redis is loading): red3:12000")
                .anyMatch(line -> line.startsWith(SENTINELS))
                .noneMatch(line -> line.startsWith(SERVERS));
    }

    @Test
    void beforeTheFirstStartOneLineIsEnough() throws Exception {
        assertThat(report(
                        new Passwords("one", "two"),
                        others(
                                new Running.Other("red1:12000", false, null),
                                new Running.Other("red1:26379", true, null))))
                .contains("no server and no Sentinel answers")
                .noneMatch(line -> line.contains("red1:12000"));
    }

    @Test
    void aNewPasswordIsSaidAndNothingIsPreparedForIt() throws Exception {
        assertThat(report(new Passwords("one", "two"), Running.NOBODY))
                .noneMatch(line -> line.startsWith("another password"));
        assertThat(report(new Passwords("other", "two"), Running.NOBODY))
                .anyMatch(line -> line.startsWith(SERVERS))
                .noneMatch(line -> line.startsWith(SENTINELS))
                .noneMatch(line -> line.contains("added to"));
        assertThat(report(new Passwords("other", "third"), Running.NOBODY))
                .anyMatch(line -> line.startsWith(SENTINELS))
                .noneMatch(line -> line.startsWith(SERVERS));
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.map(Path::toString)).noneMatch(each -> each.endsWith(".commands"));
        }
    }

    @Test
    void aFileForTheFirstStartIsNotForWhatRuns() throws Exception {
        assertThat(report(new Passwords("one", "two"), Running.NOBODY))
                .anyMatch(line -> line.matches(".*redis-obj.conf +written +for the first start; .*"));
        assertThat(report(new Passwords("other", "two"), Running.NOBODY))
                .anyMatch(line -> line.matches(".*redis-obj.conf +written +.*; what runs keeps its own"))
                .noneMatch(line -> line.contains("first start"));
    }
}
