package dev.cobnut.resp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.testing.Requests;
import org.junit.jupiter.api.Test;

class ErrorTextTest {

    @Test
    void repeatsAnUnknownCommandAndItsArguments() {
        assertThat(unknown("foo", "a", "b")).isEqualTo("ERR unknown command 'foo', with args beginning with: 'a' 'b' ");
        assertThat(unknown("foo")).isEqualTo("ERR unknown command 'foo', with args beginning with: ");
    }

    @Test
    void neverRepeatsALineEnd() {
        assertThat(unknown("a\r\n+OK", "\n-b"))
                .isEqualTo("ERR unknown command 'a  +OK', with args beginning with: ' -b' ");
    }

    @Test
    void repeatsAtMost128BytesOfEach() {
        String text = unknown("n".repeat(1000), "a".repeat(1000), "b");
        assertThat(text)
                .isEqualTo("ERR unknown command '%s', with args beginning with: '%s' "
                        .formatted("n".repeat(128), "a".repeat(128)));
    }

    @Test
    void namesTheContainerOfAnUnknownSubcommand() {
        assertThat(unknown("client", "foo\n", "bar")).isEqualTo("ERR unknown subcommand 'foo '. Try CLIENT HELP.");
    }

    @Test
    void endsAtANulAsTheServerDoes() {
        assertThat(unknown("a\0b", "c\0")).isEqualTo("ERR unknown command 'a', with args beginning with: 'c' ");
    }

    @Test
    void saysWhoMayNotDoWhat() {
        assertThat(ErrorText.noPermission(Frames.command("config", "set")))
                .isEqualTo("NOPERM this user has no permissions to run the 'config|set' command");
        assertThat(ErrorText.inSubscriberMode(Frames.command("get")))
                .isEqualTo("ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are"
                        + " allowed in this context");
    }

    @Test
    void saysWhatToDoAboutKeys() {
        assertThat(ErrorText.noKey(Frames.command("eval")))
                .isEqualTo("ERR EVAL needs a key here: without one no shard can be chosen");
        assertThat(ErrorText.keysOnSeveralShards(Frames.command("msetnx")))
                .isEqualTo("CROSSSLOT MSETNX needs all its keys on one shard: give them a common hash tag");
        assertThat(ErrorText.refused(Frames.command("sync")))
                .isEqualTo("ERR SYNC is not supported: replication goes from server to server");
        assertThat(ErrorText.wrongArity(Frames.command("client", "setname")))
                .isEqualTo("ERR wrong number of arguments for 'client|setname' command");
    }

    private static String unknown(String... arguments) {
        return ErrorText.unknown(Frames.begin(Requests.frame(arguments)));
    }
}
