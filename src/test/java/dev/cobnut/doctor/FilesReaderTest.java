package dev.cobnut.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesReaderTest {
    @TempDir
    private Path folder;

    private Facts read(String name, String text) {
        return new Scene(folder).file(name, text).facts();
    }

    @Test
    void envPhpGivesItsStores() {
        String php = """
                <?php
                // a 'comment' => ['redis' => ['host' => 'x']]
                return [
                    'session' => [
                        'save' => 'redis',
                        'redis' => array('host' => '10.0.0.9', 'port' => '6381', 'password' => 'it\\'s')
                    ],
                    'cache' => ['frontend' => [
                        'default' => ['backend' => 'Cm_Cache_Backend_Redis', 'backend_options' => [
                            'server' => 'tcp://10.0.0.8:6379', 'database' => '1']],
                        'page_cache' => ['backend_options' => ['remote_backend_options' => [
                            'server' => 'p', 'port' => 6380]]]
                    ]]
                ]
                """;
        assertThat(read("env.php", php).stores())
                .extracting(store -> store.name() + " " + store.host() + " " + store.port() + " " + store.database()
                        + " " + store.at().replaceFirst(".*:", ""))
                .containsExactlyInAnyOrder(
                        "session 10.0.0.9 6381 2 6",
                        "cache/frontend/default 10.0.0.8 6379 1 10",
                        "cache/frontend/page_cache/backend_options p 6380 0 12");
    }

    @Test
    void localXmlGivesItsStores() {
        String xml = """
                <config>
                  <global>
                    <cache><backend_options><server><![CDATA[10.0.0.8]]></server><port>6380</port>
                      <database>3</database></backend_options></cache>
                    <redis_session><host>10.0.0.9</host><db>5</db></redis_session>
                  </global>
                </config>
                """;
        assertThat(read("local.xml", xml).stores())
                .extracting(store -> store.name() + " " + store.host() + " " + store.port() + " " + store.database())
                .containsExactlyInAnyOrder("cache 10.0.0.8 6380 3", "redis_session 10.0.0.9 6379 5");
    }

    @Test
    void brokenXmlIsMissedAndNothingElseIsRead() {
        String text = "<!DOCTYPE c [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><backend_options><server>&x</server>";
        Facts facts = read("local.xml", text.replace(";", ""));

        assertThat(facts.stores()).isEmpty();
        assertThat(facts.missed())
                .singleElement()
                .satisfies(miss -> assertThat(miss.why()).contains("XML"));
    }

    @Test
    void settingsKnowTheirLinesQuotesAndUnits() {
        Server server = read("redis.conf", "# no;PORT 7000;maxmemory 2gb;requirepass \"a b\";save \"\"")
                .servers()
                .getFirst();

        assertThat(server.port()).isEqualTo(7000);
        assertThat(server.settings().number("maxmemory", 0)).isEqualTo(2L << 30);
        assertThat(server.settings().text("requirepass", "")).isEqualTo("a b");
        assertThat(server.settings().at("maxmemory")).endsWith("redis.conf:3");
        assertThat(server.isPersistent()).isFalse();
    }

    @Test
    void aFolderIsReadWithAllBelowAndWhatIsUnknownIsLeftOut() {
        new Scene(folder)
                .file("a/redis.conf", "port 7000")
                .file("a/b/notes.md", "nothing")
                .file("x.bin", "\0");
        Facts.Collector facts = new Facts.Collector();
        new FilesReader(facts).read(folder);

        assertThat(facts.facts().servers()).hasSize(1);
        assertThat(facts.facts().looked()).hasSize(1);
        assertThat(facts.facts().missed()).isEmpty();
    }

    @Test
    void aStackFileAmongOthersSaysHowKeysShouldBePlaced() {
        Scene scene = new Scene(folder)
                .file("stack.yml", StackCases.STACK)
                .file(
                        "nutcracker.yml",
                        "shop:;  listen: 0.0.0.0:7000;  redis: true;  servers:;  - 10.0.0.1:6379:1 other");

        assertThat(scene.facts().pools()).hasSize(2);
        assertThat(Diagnosis.of(scene.facts(), Set.of()).findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.rule().code()).isEqualTo("N09"));
    }

    @Test
    void aFileThatIsNotThereIsMissed() {
        Facts.Collector facts = new Facts.Collector();
        new FilesReader(facts).read(folder.resolve("none.conf"));

        assertThat(facts.facts().missed())
                .singleElement()
                .satisfies(miss -> assertThat(miss.why()).isEqualTo("no such file"));
    }

    @Test
    void braceOfAVirtualRouterMayStandAnywhere() {
        String text =
                "vrrp_instance vip;{;  virtual_router_id 7; priority 90;  virtual_ipaddress { 10.0.0.1/24 dev eth0 };}";

        assertThat(read("keepalived.conf", text).routers()).singleElement().satisfies(router -> {
            assertThat(router.name()).isEqualTo("vip");
            assertThat(router.id()).isEqualTo(7);
            assertThat(router.priority()).isEqualTo(90);
            assertThat(router.addresses()).containsExactly("10.0.0.1/24");
        });
    }
}
