package dev.cobnut.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class StatusCommandTest {
    @Test
    void drawsShardsWithTheirNodesAndTheSentinels() throws IOException {
        String json = """
                {"epoch":7,"pools":[{"name":"cluster_obj","shards":[{"name":"cluster_obj","weight":1,
                "master_name":"cluster_obj","master":"127.0.0.12:12000","config_epoch":3,"nodes":[
                {"address":"127.0.0.12:12000","role":"master","note":""},
                {"address":"127.0.0.11:12000","role":"replica","note":"down since 12 s"},
                {"address":"127.0.0.13:12000","role":"replica","note":""}],
                "readable":["127.0.0.13:12000","127.0.0.14:12000"]}]},
                {"name":"plain","shards":[{"name":"a","weight":1,"master_name":null,"master":null,
                "config_epoch":0,"nodes":[]}]}],
                "sentinels":[{"address":"127.0.0.11:26379","state":"ok","detail":""},
                {"address":"127.0.0.12:26379","state":"silent","detail":"since 3 s"}]}
                """;

        assertThat(StatusCommand.picture(AdminClient.parse(json)))
                .containsExactly(
                        "pool         shard        node              role      note",
                        "cluster_obj  cluster_obj  127.0.0.12:12000  master    config epoch 3",
                        "                          127.0.0.11:12000  replica   down since 12 s",
                        "                          127.0.0.13:12000  replica   may be read from",
                        "                          127.0.0.14:12000  replica   may be read from",
                        "plain        a            -                 -         no node is known",
                        "                          127.0.0.11:26379  sentinel  ok",
                        "                          127.0.0.12:26379  sentinel  silent, since 3 s",
                        "topology epoch 7");
    }
}
