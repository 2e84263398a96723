package dev.cobnut.proxy.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.proxy.ClientFixture;
import dev.cobnut.proxy.ClientFixture.Bare;
import dev.cobnut.proxy.ClientFixture.NodeEnd;
import dev.cobnut.proxy.routing.Loan;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UploadTest {
    private final ClientFixture pool = ClientFixture.shards(1).start();
    private final Bare client = pool.bare();
    private final Upload upload = client.client()
            .replies()
            .add(new Upload(Objects.requireNonNull(client.client().session().open(0, Loan.READY))));

    @AfterEach
    void nothingIsKept() {
        pool.turn();
        pool.close();
    }

    private static byte[] bytes(String text) {
        return ("#" + text.replace("|", "\r\n") + "#").getBytes(US_ASCII);
    }

    private NodeEnd begin() {
        byte[] first = bytes("*3|$3|SET|$1|a|$6|12");
        upload.begin(first, 1, first.length - 1);
        pool.turn();
        return pool.node(0).ends().getFirst();
    }

    private void piece(String text) {
        byte[] piece = bytes(text);
        upload.piece(piece, 1, piece.length - 1);
        pool.turn();
    }

    private void last(String text) {
        byte[] piece = bytes(text);
        upload.lastPiece(piece, 1, piece.length - 1);
        pool.turn();
    }

    private ByteBuf buffer(String text) {
        return pool.loop().io().allocator().buffer().writeBytes(text.getBytes(US_ASCII));
    }

    private boolean isGivenBack() {
        return client.client().session().at(0) == null;
    }

    @Test
    void isPassedOnPieceByPiece() {
        NodeEnd end = begin();
        assertThat(end.begun()).isEqualTo("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$6\r\n12");
        piece("3");
        upload.piece(buffer("45"));
        pool.turn();
        assertThat(end.begun()).endsWith("12345");
        last("6|");
        end.expects("SET a 123456").answers("+OK");
        client.expects("+OK|");
        assertThat(isGivenBack()).isTrue();
    }

    @Test
    void itsTimeRunsFromItsLastPiece() {
        begin();
        pool.pass(290);
        piece("3456");
        pool.pass(290);
        client.expects("");
        last("|");
        pool.pass(290);
        client.expects("");
        pool.pass(30);
        client.expects(
                "-ERR Connection timed out: shard s0 (127.0.0.1:7000): no answer within 300 ms," + " outcome unknown|");
        assertThat(isGivenBack()).as("nobody would wait for a late reply").isTrue();
        assertThat(pool.node(0).ends().getFirst().channel().isOpen()).isFalse();
    }

    @Test
    void aNodeThatAnswersTooEarlyIsNotUsedAnyMore() {
        NodeEnd end = begin();
        end.answers("-OOM no memory");
        client.expects("-OOM no memory|");
        assertThat(end.channel().isOpen()).isFalse();
        assertThat(upload.hasRoom()).isTrue();
        piece("3");
        upload.piece(buffer("45"));
        last("6|");
        upload.abort();
        client.expects("");
    }

    @Test
    void anEarlyAnswerInPartsCountsOnceItIsWhole() {
        NodeEnd end = begin();
        end.channel().peerSends("$100000\r\n" + "v".repeat(70_000));
        pool.turn();
        assertThat(end.channel().isOpen()).isTrue();
        end.channel().peerSends("v".repeat(30_000) + "\r\n");
        pool.turn();
        assertThat(end.channel().isOpen()).isFalse();
    }

    @Test
    void aLongAnswerInItsTurnIsAnAnswer() {
        NodeEnd end = begin();
        last("3456|");
        end.expects("SET a 123456").answers("$100000|" + "v".repeat(100_000));
        assertThat(end.channel().isOpen()).isTrue();
        assertThat(isGivenBack()).isTrue();
        client.expects("$100000|" + "v".repeat(100_000) + "|");
    }

    @Test
    void whatWasNotWholeWasNotSent() {
        begin().dies();
        client.expects("-ERR Connection reset by peer: shard s0 (127.0.0.1:7000): the connection broke,"
                + " command not sent|");
        assertThat(upload.hasRoom()).isTrue();
    }

    @Test
    void whatWasWholeMayHaveBeenExecuted() {
        NodeEnd end = begin();
        last("3456|");
        end.dies();
        client.expects("-ERR Connection reset by peer: shard s0 (127.0.0.1:7000): the connection broke,"
                + " outcome unknown|");
    }

    @Test
    void breaksOffWithItsClient() {
        NodeEnd end = begin();
        upload.abort();
        pool.turn();
        assertThat(end.channel().isOpen()).isFalse();
        piece("3");
        client.expects("-ERR unknown: shard s0 (127.0.0.1:7000): the connection was closed, command not sent|");
    }

    @Test
    void hasNoRoomWhileTheNodeTakesNothing() {
        NodeEnd end = begin();
        end.channel().peerReads(0);
        assertThat(upload.hasRoom()).isTrue();
        piece("v".repeat(1_100_000));
        assertThat(upload.hasRoom()).isFalse();
        assertThat(upload.connection().hasRoom()).isFalse();
        end.channel().peerReadsAll();
        pool.turn();
        assertThat(upload.hasRoom()).isTrue();
    }
}
