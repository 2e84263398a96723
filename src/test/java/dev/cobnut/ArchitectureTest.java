package dev.cobnut;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.FailureReport;
import dev.cobnut.daemon.Daemon;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The rooms and the arrows between them.
///
/// ```
///   cli ─► { stack, daemon, agent, doctor } ─► { admin, control, proxy } ─► { topology, stats, config, net }
///       ─► { sharding, resp }
///   cli ─► { stack, adopt, doctor } ─► render ─► blueprint ─► { config, topology }
/// ```
///
/// An arrow may skip floors. Neighbours on one floor do not know each other, with two exceptions: `config` and `net`
/// name addresses as `topology` does, and `stack` runs the proxy as `daemon` puts it together. The package `planted`
/// has a wrong import for each kind of rule, to show that the rules can fail.
class ArchitectureTest {
    private static final String ROOT = "dev.cobnut";

    private static final List<String> PURE = List.of("sharding", "resp");
    private static final List<String> GROUND = List.of("topology", "stats", "config", "net");
    private static final List<String> PLANES = List.of("admin", "control", "proxy");

    /// The rooms of the proxy, in the order of a request's walk: each imports those behind it.
    private static final List<String> STAIRCASE =
            List.of("frontend", "dispatch", "joined", "client", "routing", "backend");

    private static final int CIRCLE_FILES_MAX = 8;
    private static final int FILE_LINES_MAX = 450;
    private static final int PROXY_FILE_LINES_MAX = 400;

    /// Most parameters of one method that belong to a request.
    private static final int REQUEST_PARTS_MAX = 4;

    /// What a request is made of, beside the numbers that say where it stands in its bytes.
    private static final Set<String> REQUEST_PARTS = Set.of(
            "byte[]",
            ROOT + ".proxy.client.Client",
            ROOT + ".proxy.routing.Route",
            ROOT + ".resp.Command",
            ROOT + ".resp.Frame",
            ROOT + ".resp.Policy",
            ROOT + ".resp.RequestScanner");

    private static final Path SOURCES = Path.of("src/main/java");
    private static final Path CLASSES = folder(Daemon.class);
    private static final Path TEST_CLASSES = folder(ArchitectureTest.class);

    /// For each room, the rooms that it may import.
    private static final Map<String, List<String>> ARROWS = arrows();

    /// The classes that stand beside Daemon's, so those of no test.
    private static final JavaClasses PRODUCT = new ClassFileImporter().importPath(CLASSES);

    private static Path folder(Class<?> of) {
        return Path.of(URI.create(
                of.getProtectionDomain().getCodeSource().getLocation().toString()));
    }

    private static Map<String, List<String>> arrows() {
        Map<String, List<String>> arrows = new TreeMap<>();
        for (String room : PURE) {
            arrows.put(room, List.of());
        }
        for (String room : GROUND) {
            arrows.put(room, PURE);
        }
        arrows.put("config", join(List.of(PURE, List.of("topology"))));
        arrows.put("net", join(List.of(PURE, List.of("topology"))));
        for (String room : PLANES) {
            arrows.put(room, join(List.of(PURE, GROUND)));
        }
        arrows.put("agent", List.of("resp", "topology", "config", "net", "control"));
        arrows.put("blueprint", List.of("config", "topology"));
        arrows.put("render", List.of("config", "topology", "blueprint"));
        arrows.put(
                "doctor",
                join(List.of(PURE, List.of("topology", "config", "net", "control.probe", "blueprint", "vip"))));
        arrows.put("adopt", List.of("config", "topology", "sharding", "blueprint", "doctor"));
        arrows.put("stack", join(List.of(PURE, GROUND, PLANES, List.of("daemon", "blueprint", "render"))));
        arrows.put("daemon", join(List.of(PURE, GROUND, PLANES)));
        arrows.put("vip", List.of("config", "topology", "stats", "admin"));
        arrows.put(
                "cli",
                join(List.of(
                        PURE,
                        GROUND,
                        PLANES,
                        List.of("agent", "vip", "stack", "daemon", "blueprint", "render", "adopt", "doctor"))));
        return arrows;
    }

    private static List<String> join(List<List<String>> lists) {
        return lists.stream().flatMap(List::stream).toList();
    }

    @Test
    void everyRoomIsOnTheMap() {
        assertThat(PRODUCT).isNotEmpty();
        for (JavaClass each : PRODUCT) {
            String inside = each.getPackageName().substring(ROOT.length());
            assertThat(inside).as(each.getName()).startsWith(".");
            assertThat(ARROWS).containsKey(inside.substring(1).split("\\.")[0]);
        }
    }

    @TestFactory
    List<DynamicTest> arrowsPointOneWay() {
        List<DynamicTest> tests = new ArrayList<>();
        for (String room : ARROWS.keySet()) {
            tests.add(DynamicTest.dynamicTest(
                    room + " imports " + ARROWS.get(room),
                    () -> imports(ROOT, room).check(PRODUCT)));
        }
        return tests;
    }

    @Test
    void insideTheProxyRoomsAreAStaircase() {
        String proxy = ROOT + ".proxy";
        for (int room = 0; room < STAIRCASE.size(); room++) {
            imports(proxy, STAIRCASE.get(room), STAIRCASE.subList(room + 1, STAIRCASE.size()))
                    .check(PRODUCT);
        }
    }

    @Test
    void noCircleOfFilesGoesAcrossRoomsAndNoneIsLong() {
        for (List<String> circle : Circles.among(CLASSES, ROOT)) {
            assertThat(circle).as("files that name each other in a loop").hasSizeLessThanOrEqualTo(CIRCLE_FILES_MAX);
            assertThat(rooms(circle)).as("rooms of %s", circle).hasSize(1);
        }
    }

    @Test
    void noMethodOfTheProxyTakesARequestApart() {
        assertThat(methodsOfManyParts(PRODUCT, ROOT + ".proxy")).isEmpty();
    }

    @Test
    void filesAreOfASizeThatOneNounFills() {
        assertThat(filesLongerThan(SOURCES, FILE_LINES_MAX)).isEmpty();
        assertThat(filesLongerThan(SOURCES.resolve("dev/cobnut/proxy"), PROXY_FILE_LINES_MAX))
                .isEmpty();
    }

    @Test
    void insideControlRoomsKnowOnlyQuestionsAndThoseWhoDecidePurely() {
        imports(ROOT + ".control", "probe", List.of()).check(PRODUCT);
        imports(ROOT + ".control", "gate", List.of()).check(PRODUCT);
        imports(ROOT + ".control", "discovery", List.of("probe", "gate")).check(PRODUCT);
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".control")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".control.*..")
                .because("a deciding thread serves any room")
                .check(PRODUCT);
    }

    @Test
    void insideVipOneClassCallsTheKernelAndTheProtocolIsPure() {
        imports(ROOT + ".vip", "vrrp", List.of()).check(PRODUCT);
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".vip.vrrp")
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "are of another room",
                        other -> other.getPackageName().startsWith(ROOT + ".")
                                && !other.getPackageName().equals(ROOT + ".vip.vrrp")))
                .check(PRODUCT);
        noClasses()
                .that()
                .haveNameNotMatching(ROOT + "\\.vip\\.linux\\.Libc(\\$.*)?")
                .and()
                .resideOutsideOfPackage(ROOT + ".planted..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign..")
                .because("what can crash the JVM is in one place")
                .check(PRODUCT);
    }

    @Test
    void roomsHaveNoCycles() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(PRODUCT);
    }

    @Test
    void pureRoomsUseTheJdkOnly() {
        pure(ROOT, "sharding").check(PRODUCT);
        pure(ROOT, "resp").check(PRODUCT);
        pure(ROOT, "topology").check(PRODUCT);
    }

    @Test
    void nettyStaysInNetAndProxy() {
        netty(ROOT).check(PRODUCT);
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".proxy.routing..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .because("choosing a shard is pure")
                .check(PRODUCT);
    }

    @Test
    void noRoomIsADrawerForOddsAndEnds() {
        drawers().check(PRODUCT);
    }

    @Test
    void rulesFailOnPlantedImports() {
        String planted = ROOT + ".planted";
        JavaClasses classes = new ClassFileImporter().importPackages(planted);

        assertThat(reasons(imports(planted, "proxy"), classes))
                .hasSize(1)
                .first()
                .asString()
                .contains("WrongArrow");
        assertThat(reasons(imports(planted, "control"), classes)).isEmpty();
        assertThat(reasons(pure(planted, "resp"), classes)).isNotEmpty().allMatch(each -> each.contains("WrongNetty"));
        assertThat(reasons(netty(planted), classes)).isNotEmpty().allMatch(each -> each.contains("WrongNetty"));
        assertThat(reasons(drawers(), classes)).isNotEmpty().allMatch(each -> each.contains("planted.util."));
    }

    @Test
    void rulesFailOnPlantedCircles() {
        List<List<String>> circles = Circles.among(TEST_CLASSES, ROOT + ".planted.circle");

        assertThat(circles).hasSize(1);
        assertThat(circles.getFirst()).hasSize(4);
        assertThat(rooms(circles.getFirst()))
                .containsExactlyInAnyOrder(ROOT + ".planted.circle.lower", ROOT + ".planted.circle.upper");
    }

    @Test
    void rulesFailOnPlantedParameters() {
        String planted = ROOT + ".planted";
        JavaClasses classes = new ClassFileImporter().importPackages(planted);

        assertThat(methodsOfManyParts(classes, planted))
                .singleElement()
                .asString()
                .contains("takesARequestApart");
        assertThat(filesLongerThan(Path.of("src/test/java/dev/cobnut/planted"), 10))
                .isNotEmpty();
    }

    private static Set<String> rooms(List<String> files) {
        return files.stream()
                .map(file -> file.substring(0, file.lastIndexOf('.')))
                .collect(Collectors.toSet());
    }

    /// Methods with more than [#REQUEST_PARTS_MAX] parameters that belong to a request.
    private static List<String> methodsOfManyParts(JavaClasses classes, String root) {
        List<String> found = new ArrayList<>();
        for (JavaClass each : classes) {
            for (JavaMethod method : each.getMethods()) {
                if (isBelow(each.getPackageName(), root) && parts(method) > REQUEST_PARTS_MAX) {
                    found.add(method.getFullName());
                }
            }
        }
        return found;
    }

    private static long parts(JavaMethod method) {
        List<String> types = method.getRawParameterTypes().stream()
                .map(JavaClass::getName)
                .map(name -> name.equals("[B") ? "byte[]" : name)
                .toList();
        boolean inBytes = types.contains("byte[]");
        return types.stream()
                .filter(type -> REQUEST_PARTS.contains(type) || (inBytes && type.equals("int")))
                .count();
    }

    private static List<String> filesLongerThan(Path folder, int lines) {
        try (Stream<Path> files = Files.walk(folder)) {
            List<String> found = new ArrayList<>();
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                int count = Files.readAllLines(file).size();
                if (count > lines) {
                    found.add(file + ": " + count + " lines");
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> reasons(ArchRule rule, JavaClasses classes) {
        FailureReport report = rule.evaluate(classes).getFailureReport();
        return report.getDetails();
    }

    private static ArchRule imports(String root, String room) {
        return imports(root, room, ARROWS.getOrDefault(room, List.of()));
    }

    /// Of the rooms below `root`, a room imports those that are allowed, and itself.
    private static ArchRule imports(String root, String room, List<String> allowed) {
        String own = root + "." + room;
        return noClasses()
                .that()
                .resideInAPackage(own + "..")
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "are in a room that " + room + " may not import", other -> {
                            String name = other.getPackageName();
                            return name.startsWith(root + ".")
                                    && !isBelow(name, own)
                                    && allowed.stream().noneMatch(each -> isBelow(name, root + "." + each));
                        }));
    }

    private static boolean isBelow(String name, String parent) {
        return name.equals(parent) || name.startsWith(parent + ".");
    }

    private static ArchRule pure(String root, String room) {
        String own = root + "." + room + "..";
        return classes()
                .that()
                .resideInAPackage(own)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(own, "java..", "org.jspecify.annotations..");
    }

    private static ArchRule netty(String root) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(root + ".net..", root + ".proxy..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..");
    }

    private static ArchRule drawers() {
        return noClasses()
                .should()
                .resideInAnyPackage("..util..", "..utils..", "..common..", "..impl..", "..manager..", "..helper..");
    }
}
