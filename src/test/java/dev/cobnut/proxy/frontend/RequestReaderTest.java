package dev.cobnut.proxy.frontend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cobnut.net.Account;
import dev.cobnut.proxy.ClientFixture;
import dev.cobnut.proxy.frontend.RequestReader.Mode;
import dev.cobnut.resp.RequestScanner;
import dev.cobnut.testing.Requests;
import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How requests are cut, mode by mode; the client's door only notes what it is asked, so nothing goes on by itself.
class RequestReaderTest {
    private static final int READ_BYTES = 32 * 1024;
    private static final int LONG_BYTES = 100_000;

    private final ClientFixture pool = ClientFixture.shards(3).start();
    private final ClientFixture.Bare client = pool.bare();
    private final RequestScanner scanner = new RequestScanner();
    private final Intake intake = new Intake(
            pool.loop().io(),
            client.socket(),
            client.client().replies(),
            pool.pool().epoch(),
            () -> {});
    private final RequestReader reader = new RequestReader(client.client(), pool.dispatcher(), intake, scanner);

    @BeforeEach
    void theDoorClosesIt() {
        client.whenLeaving(reader::close);
    }

    @AfterEach
    void nothingIsKept() {
        reader.close();
        intake.drop();
        pool.close();
    }

    private void read(String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        for (int at = 0; at < bytes.length; at += READ_BYTES) {
            int length = Math.min(READ_BYTES, bytes.length - at);
            ByteBuf buffer = pool.loop().io().allocator().buffer(length).writeBytes(bytes, at, length);
            try {
                reader.read(buffer);
                assertThat(buffer.readableBytes())
                        .as("the buffer stays the caller's")
                        .isEqualTo(length);
            } finally {
                buffer.release();
            }
            pool.turn();
        }
    }

    private void request(String... words) {
        read(whole(words));
    }

    private String whole(String... words) {
        String[] named = words.clone();
        for (int i = 0; i < named.length; i++) {
            named[i] = pool.keys(named[i]);
        }
        return Requests.request(named);
    }

    private static String longValue() {
        return "0123456789".repeat(LONG_BYTES / 10);
    }

    /// The first of a request that sets a long value: more than is held.
    private String longBegin(String key) {
        return whole("SET", key, longValue()).substring(0, 80_000);
    }

    private String longRest(String key) {
        return whole("SET", key, longValue()).substring(80_000);
    }

    private String kept() {
        StringBuilder all = new StringBuilder();
        for (ByteBuf buffer = intake.takeKept(); buffer != null; buffer = intake.takeKept()) {
            all.append(buffer.toString(ISO_8859_1));
            buffer.release();
        }
        return all.toString();
    }

    // ---- whole requests ---------------------------------------------------------------------------------------------

    @Test
    void wholeRequestsGoOneAfterTheOther() {
        read(Requests.requests(pool.keys("GET @0;GET @1;GET {@0}x")));
        assertThat(pool.node(0).takeRequests()).containsExactly(pool.keys("GET @0"), pool.keys("GET {@0}x"));
        pool.node(1).expects("GET @1");
        assertThat(reader.mode()).isEqualTo(Mode.BETWEEN);
    }

    @Test
    void aRequestMayBeCutAtEachByte() {
        String request = whole("SET", "@1", "a\r\nb");
        for (int cut = 1; cut < request.length(); cut++) {
            read(request.substring(0, cut));
            assertThat(reader.mode()).as("cut at %d", cut).isEqualTo(Mode.HOLDING);
            read(request.substring(cut));
            assertThat(reader.mode()).isEqualTo(Mode.BETWEEN);
            pool.node(1).expects("SET @1 a\r\nb").answers("+OK");
            client.expects("+OK|");
        }
    }

    @Test
    void aRequestMayComeByteByByteAndTheNextRightBehind() {
        String two = Requests.requests(pool.keys("GET @0;GET @1"));
        two.chars().forEach(c -> read(Character.toString(c)));
        pool.node(0).expects("GET @0");
        pool.node(1).expects("GET @1");
    }

    @Test
    void emptyArraysAreIgnored() {
        read("*0\r\n*-1\r\n" + whole("GET", "@0"));
        read("*");
        read("0\r\n");
        assertThat(reader.mode()).isEqualTo(Mode.BETWEEN);
        pool.node(0).expects("GET @0");
        client.expects("");
    }

    @Test
    void aBrokenRequestIsAnsweredAndTheClientLeaves() {
        read("*1\r\n#");
        client.expects("-ERR Protocol error: expected '$', got '#'|");
        assertThat(client.takeAsked()).containsExactly("leave broken: protocol error: expected '$', got '#'");
    }

    @Test
    void argumentsWithoutNumberArePassedOnAndNotCollected() {
        String rest = "$1\r\nx\r\n".repeat(15_000);
        read("*2000000\r\n" + whole("RPUSH", "@1").substring(4) + rest);
        assertThat(reader.mode()).isEqualTo(Mode.UPLOADING);
        reader.close();
    }

    @Test
    void tooManyArgumentsToCollectAreRefusedAndThrownAway() {
        String some = "$1\r\nx\r\n".repeat(15_000);
        read("*" + (RequestReader.COLLECTED_ARGUMENTS_MAX + 1) + "\r\n$4\r\nMGET\r\n" + some);
        assertThat(client.channel().takeWritten())
                .startsWith("-ERR a request that is split over shards")
                .contains(" 1048576 arguments");
        assertThat(reader.mode()).isEqualTo(Mode.DISCARDING);
        String all = "$1\r\nx\r\n".repeat(RequestReader.COLLECTED_ARGUMENTS_MAX - 15_000);
        read(all + pool.keys("GET @0\r\n"));
        pool.node(0).expects("GET @0");
    }

    // ---- lines ------------------------------------------------------------------------------------------------------

    @Test
    void aLineIsARequest() {
        read(pool.keys("GET @0\r\n  set   @0  'a b' \n"));
        assertThat(pool.node(0).takeRequests()).containsExactly(pool.keys("GET @0"), pool.keys("set @0 a b"));
        assertThat(reader.mode()).isEqualTo(Mode.BETWEEN);
    }

    @Test
    void aLineMayBeCutAtEachByte() {
        String line = pool.keys("GET @0\r\n");
        for (int cut = 1; cut < line.length(); cut++) {
            read(line.substring(0, cut));
            assertThat(reader.mode()).isEqualTo(Mode.HOLDING);
            read(line.substring(cut));
            pool.node(0).expects("GET @0").answers("$-1");
        }
    }

    @Test
    void aLineWithoutArgumentsIsIgnored() {
        read(pool.keys("\r\n   \r\n\nGET @0\r\n"));
        pool.node(0).expects("GET @0");
        client.expects("");
    }

    @Test
    void quotesThatDoNotBalanceBreakTheProtocol() {
        read("GET 'a\r\n");
        client.expects("-ERR Protocol error: unbalanced quotes in request|");
        assertThat(client.takeAsked()).containsExactly("leave broken: protocol error: unbalanced quotes in request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/1.1\r\n",
                "post\n",
                "  'Host:' x\r\n",
                "HOST:\n",
                "*1\r\n$4\r\nPOST\r\n",
                "*2\r\n$5\r\nhost:\r\n$1\r\nx\r\n"
            })
    void aBrowserIsClosedAtOnce(String request) {
        scanner.setAuthenticated(false);
        read(request + pool.keys("GET @0\r\n"));
        client.expects("");
        pool.node(0).expectsNothing();
        assertThat(client.takeAsked()).singleElement().asString().startsWith("close broken: HTTP: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POSTS a", "HOST a", "Host:x", "GETPOST"})
    void whatOnlyLooksLikeHttpIsUnknown(String request) {
        read(request + "\r\n");
        assertThat(client.takeAsked()).isEmpty();
        assertThat(client.channel().takeWritten()).startsWith("-ERR unknown command '" + request.split(" ", 2)[0]);
    }

    @Test
    void aLineOfManyArgumentsIsTakenBeforeLogin() {
        scanner.setAuthenticated(false);
        read("PING 2 3 4 5 6 7 8 9 10 11\r\n");
        client.expects("-ERR wrong number of arguments for 'ping' command|");
        read("*11\r\n");
        client.expects("-ERR Protocol error: unauthenticated multibulk length|");
    }

    @Test
    void aLineThatRedisWouldNeverSeeTheEndOfBreaksTheProtocol() {
        read(pool.keys("GET @0 \0"));
        client.expects("-ERR Protocol error: NUL in an inline request|");
        pool.node(0).expectsNothing();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n", " \n", "*0\r\n", "*-5\r\n"})
    void whatIsNoRequestTakesTheSkippedReply(String nothing) {
        read("CLIENT REPLY SKIP\r\n" + nothing + "PING\r\n");
        client.expects("+PONG|");
    }

    // ---- those that wait --------------------------------------------------------------------------------------------

    @Test
    void whatTakesAnotherWayIsParkedWithAllBehindIt() {
        read(Requests.requests(pool.keys("GET @0;BLPOP @1 0;GET @2")));
        assertThat(reader.mode()).isEqualTo(Mode.PARKED);
        assertThat(intake.isStopped()).isTrue();
        assertThat(intake.reasons()).isEqualTo(Intake.ANSWERS);
        pool.node(1).expectsNothing();
        pool.node(0).expects("GET @0").answers("$-1");
        reader.goOn();
        assertThat(reader.mode()).isEqualTo(Mode.BETWEEN);
        pool.node(1).expects("BLPOP @1 0");
        assertThat(kept()).isEqualTo(whole("GET", "@2"));
    }

    @Test
    void aRequestThatCameInPiecesIsParkedToo() {
        request("GET", "@0");
        String blocking = whole("BLPOP", "@1", "0");
        read(blocking.substring(0, 9));
        read(blocking.substring(9) + "*1");
        assertThat(reader.mode()).isEqualTo(Mode.PARKED);
        pool.node(0).expects("GET @0").answers("$-1");
        reader.goOn();
        pool.node(1).expects("BLPOP @1 0");
        assertThat(kept()).isEqualTo("*1");
    }

    @Test
    void aLineIsParkedToo() {
        request("GET", "@0");
        read(pool.keys("BLPOP @1 0\r\n"));
        assertThat(reader.mode()).isEqualTo(Mode.PARKED);
        pool.node(0).expects("GET @0").answers("$-1");
        reader.goOn();
        assertThat(reader.mode()).isEqualTo(Mode.BETWEEN);
        pool.node(1).expects("BLPOP @1 0");
    }

    @Test
    void whatIsParkedStaysSoWhileThereAreAnswersToCome() {
        read(Requests.requests(pool.keys("GET @0;BLPOP @1 0")));
        reader.goOn();
        assertThat(reader.mode()).isEqualTo(Mode.PARKED);
        assertThat(intake.isStopped()).isTrue();
        pool.node(1).expectsNothing();
    }

    @Test
    void bytesBehindAParkedRequestAreAFault() {
        read(Requests.requests(pool.keys("GET @0;BLPOP @1 0")));
        scanner.reset();
        assertThatThrownBy(() -> request("GET", "@2"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("bytes while PARKED");
    }

    @Test
    void nothingBeginsWhileThereIsAReasonToStop() {
        request("GET", "@0");
        intake.awaitAnswers();
        request("GET", "@1");
        assertThat(reader.mode()).isEqualTo(Mode.BETWEEN);
        assertThat(intake.isStopped()).isTrue();
        pool.node(1).expectsNothing();
        assertThat(kept()).isEqualTo(whole("GET", "@1"));
    }

    @Test
    void goingOnBetweenRequestsDoesNothing() {
        reader.goOn();
        assertThat(reader.mode()).isEqualTo(Mode.BETWEEN);
    }

    // ---- long requests ----------------------------------------------------------------------------------------------

    @Test
    void upToSixtyFourKiBAreHeld() {
        String begin = whole("SET", "@0", longValue());
        read(begin.substring(0, RequestReader.HELD_BYTES_MAX));
        assertThat(reader.mode()).isEqualTo(Mode.HOLDING);
        pool.node(0).expectsNothing();
        read(begin.substring(RequestReader.HELD_BYTES_MAX, RequestReader.HELD_BYTES_MAX + 1));
        assertThat(reader.mode()).isEqualTo(Mode.UPLOADING);
        pool.turn();
        assertThat(pool.node(0).ends().getFirst().begun()).hasSize(RequestReader.HELD_BYTES_MAX + 1);
    }

    @Test
    void aLongRequestIsPassedOnAsItComes() {
        read(longBegin("@1"));
        assertThat(reader.mode()).isEqualTo(Mode.UPLOADING);
        assertThat(pool.node(1).ends().getFirst().begun()).isEqualTo(longBegin("@1"));
        read(longRest("@1") + whole("GET", "@0"));
        assertThat(reader.mode()).isEqualTo(Mode.BETWEEN);
        assertThat(intake.reasons()).as("what follows takes another way").isEqualTo(Intake.ANSWERS);
        assertThat(kept()).isEqualTo(whole("GET", "@0"));
        pool.node(1).expects("SET @1 " + longValue()).answers("+OK");
        client.expects("+OK|");
    }

    @Test
    void shortAndLongPiecesKeepTheirOrder() {
        String request = whole("SET", "@1", longValue());
        read(request.substring(0, 70_000));
        assertThat(reader.mode()).isEqualTo(Mode.UPLOADING);
        read(request.substring(70_000, 70_003));
        read(request.substring(70_003, 90_000));
        read(request.substring(90_000));
        pool.node(1).expects("SET @1 " + longValue());
    }

    @Test
    void aLongPieceThatEndsTheValueExactlyIsPassedOnAsItIs() {
        String request = whole("SET", "@1", longValue());
        int end = request.length() - 2;
        read(request.substring(0, end - 20_000));
        read(request.substring(end - 20_000, end));
        read(request.substring(end));
        assertThat(reader.mode()).isEqualTo(Mode.BETWEEN);
        pool.node(1).expects("SET @1 " + longValue());
    }

    @Test
    void aNodeThatTakesNothingStopsTheReading() {
        String value = "v".repeat(2_000_000);
        String request = whole("SET", "@1", value);
        read(request.substring(0, 80_000));
        pool.node(1).ends().getFirst().channel().peerReads(0);
        int at = 80_000;
        while (!intake.isStopped() && at + READ_BYTES < request.length()) {
            read(request.substring(at, at + READ_BYTES));
            at += READ_BYTES;
        }
        assertThat(at).isBetween(1_000_000, 1_200_000);
        assertThat(intake.reasons()).isEqualTo(Intake.ROOM);
        pool.node(1).ends().getFirst().channel().peerReadsAll();
        pool.turn();
        assertThat(intake.resume(false)).isTrue();
        read(request.substring(at));
        pool.node(1).expects("SET @1 " + value);
    }

    @Test
    void aShortPieceStopsTheReadingToo() {
        String value = "v".repeat(2_000_000);
        String request = whole("SET", "@1", value);
        read(request.substring(0, 80_000));
        pool.node(1).ends().getFirst().channel().peerReads(0);
        int at = 80_000;
        while (!intake.isStopped() && at + 10_000 < request.length()) {
            read(request.substring(at, at + 10_000));
            at += 10_000;
        }
        assertThat(at).isBetween(1_000_000, 1_200_000);
        assertThat(intake.reasons()).isEqualTo(Intake.ROOM);
    }

    @Test
    void aLongRequestWaitsForThoseBeforeIt() {
        request("GET", "@0");
        read(longBegin("@1"));
        assertThat(reader.mode()).isEqualTo(Mode.WAITING);
        assertThat(intake.isStopped()).isTrue();
        assertThat(intake.reasons()).isEqualTo(Intake.ANSWERS);
        reader.goOn();
        assertThat(reader.mode()).as("still unanswered").isEqualTo(Mode.WAITING);
        pool.node(1).expectsNothing();
        pool.node(0).expects("GET @0").answers("$-1");
        reader.goOn();
        assertThat(reader.mode()).isEqualTo(Mode.UPLOADING);
        read(longRest("@1"));
        pool.node(1).expects("SET @1 " + longValue());
    }

    @Test
    void bytesBehindAWaitingRequestAreAFault() {
        request("GET", "@0");
        read(longBegin("@1"));
        assertThatThrownBy(() -> read(longRest("@1")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("bytes while WAITING");
    }

    @Test
    void aTransactionThatIsLostWhileALongRequestWaitsTakesItAllTheSame() {
        request("WATCH", "@1");
        pool.node(1).expects("WATCH @1").answers("+OK");
        request("MULTI");
        pool.node(1).expects("MULTI").answers("+OK");
        request("SET", "@1", "1");
        read(longBegin("@1"));
        assertThat(reader.mode()).isEqualTo(Mode.WAITING);
        pool.node(1).expects("SET @1 1").dies();
        client.channel().takeWritten();
        reader.goOn();
        assertThat(reader.mode()).isEqualTo(Mode.HOLDING);
        read(longRest("@1"));
        assertThat(reader.mode()).isEqualTo(Mode.BETWEEN);
        pool.turn();
        assertThat(client.channel().takeWritten()).startsWith("-ERR not queued: ");
    }

    @Test
    void aLongRequestOverSeveralShardsIsCollected() {
        String request = whole("MSET", "@0", longValue(), "@1", longValue());
        read(request.substring(0, 90_000));
        assertThat(reader.mode()).isEqualTo(Mode.HOLDING);
        read(request.substring(90_000));
        assertThat(reader.mode()).isEqualTo(Mode.BETWEEN);
        pool.node(0).expects("MSET @0 " + longValue()).answers("+OK");
        pool.node(1).expects("MSET @1 " + longValue()).answers("+OK");
        client.expects("+OK|");
    }

    @Test
    void withoutRoomForItAShortRequestInPartIsRefusedAndDiscarded() {
        Account stranger = pool.loop().leaveRoomFor(10_000);
        String request = whole("SET", "@0", "x".repeat(40_000));
        read(request.substring(0, 30_000));
        assertThat(reader.mode()).isEqualTo(Mode.DISCARDING);
        client.expects("-ERR the proxy has no memory left for this request; it was not sent, try again later|");
        stranger.close();
        read(request.substring(30_000) + whole("GET", "@0"));
        assertThat(pool.node(0).takeRequests()).containsExactly(pool.keys("GET @0"));
    }

    @Test
    void withoutRoomForItALongRequestIsRefusedAndDiscarded() {
        Account stranger = pool.loop().leaveRoomFor(100_000);
        try {
            String request = whole("MSET", "@0", longValue(), "@1", longValue());
            read(request.substring(0, 90_000));
            assertThat(reader.mode()).isEqualTo(Mode.DISCARDING);
            pool.turn();
            assertThat(client.channel().takeWritten())
                    .startsWith("-ERR a request that is split over shards, or whose keys are not among its first")
                    .endsWith("limited to 67108864 bytes, and by the memory that is free\r\n");
            read(request.substring(90_000, 150_000));
            assertThat(reader.mode()).isEqualTo(Mode.DISCARDING);
            read(request.substring(150_000) + whole("GET", "@0"));
        } finally {
            stranger.close();
        }
        assertThat(reader.mode()).isEqualTo(Mode.BETWEEN);
        assertThat(pool.node(0).takeRequests()).containsExactly(pool.keys("GET @0"));
        pool.node(1).expectsNothing();
    }

    @Test
    void aLongRequestWithoutANodeIsAnsweredAndDiscarded() {
        pool.forgetMaster(1);
        read(longBegin("@1"));
        assertThat(reader.mode()).isEqualTo(Mode.DISCARDING);
        client.expects("-ERR Connection refused: shard s1 has no known master, command not sent|");
        read(longRest("@1") + whole("GET", "@0"));
        pool.node(0).expects("GET @0");
    }

    @Test
    void anUploadWhoseNodeDiesIsReadToItsEnd() {
        read(longBegin("@1"));
        pool.node(1).dies();
        client.expects("-ERR Connection reset by peer: shard s1 (127.0.0.1:7001): the connection broke,"
                + " command not sent|");
        assertThat(reader.mode()).isEqualTo(Mode.UPLOADING);
        read(longRest("@1") + whole("GET", "@0"));
        assertThat(reader.mode()).isEqualTo(Mode.BETWEEN);
        pool.node(0).expects("GET @0");
    }

    // ---- the client leaves ------------------------------------------------------------------------------------------

    @Test
    void aClosedReaderReadsNothing() {
        reader.close();
        request("GET", "@0");
        assertThat(reader.mode()).isEqualTo(Mode.CLOSED);
        pool.node(0).expectsNothing();
    }

    @Test
    void whatIsHeldIsNotSentWhenTheClientLeaves() {
        String request = whole("GET", "@0");
        read(request.substring(0, 9));
        reader.close();
        read(request.substring(9));
        pool.node(0).expectsNothing();
    }

    @Test
    void whatIsParkedIsNotSentWhenTheClientLeaves() {
        read(Requests.requests(pool.keys("GET @0;BLPOP @1 0")));
        reader.close();
        pool.node(0).expects("GET @0").answers("$-1");
        reader.goOn();
        assertThat(reader.mode()).isEqualTo(Mode.CLOSED);
        pool.node(1).expectsNothing();
    }

    @Test
    void whatWaitsIsNotSentWhenTheClientLeaves() {
        request("GET", "@0");
        read(longBegin("@1"));
        reader.close();
        pool.node(0).expects("GET @0").answers("$-1");
        reader.goOn();
        pool.node(1).expectsNothing();
    }

    @Test
    void anUploadBreaksOffWhenTheClientLeaves() {
        read(longBegin("@1"));
        long open = pool.node(1).openEnds();
        reader.close();
        pool.turn();
        assertThat(pool.node(1).openEnds()).isEqualTo(open - 1);
        assertThat(pool.node(1).ends().getFirst().channel().isOpen()).isFalse();
        reader.close();
        assertThat(reader.mode()).isEqualTo(Mode.CLOSED);
    }

    @Test
    void whatIsDiscardedStaysSoWhenTheClientLeaves() {
        pool.forgetMaster(1);
        read(longBegin("@1"));
        reader.close();
        read(longRest("@1") + whole("GET", "@0"));
        pool.node(0).expectsNothing();
    }

    @Test
    void behindQuitNothingIsRead() {
        ClientFixture.Guest guest = pool.client();
        guest.sends("QUIT;GET @0").expects("+OK|");
        pool.node(0).expectsNothing();
        assertThat(guest.isOpen()).isFalse();
    }
}
