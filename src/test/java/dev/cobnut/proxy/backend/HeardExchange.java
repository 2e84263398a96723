package dev.cobnut.proxy.backend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/// An exchange that notes what its owner is told, one line for each call.
final class HeardExchange extends Exchange {
    private final List<String> heard = new ArrayList<>();
    private Object receiver = this;

    /// Whether the receiver has room for more.
    boolean keepsUp = true;

    /// What a message is to it.
    PushAnswer push = PushAnswer.NOT_MINE;

    /// What it does when it fails.
    Runnable whenFailed = () -> {};

    /// @param receiver who the reply is for
    HeardExchange of(Object receiver) {
        this.receiver = receiver;
        return this;
    }

    HeardExchange withoutEnd() {
        waitWithoutEnd();
        return this;
    }

    /// What it was told since the last call.
    List<String> take() {
        List<String> taken = List.copyOf(heard);
        heard.clear();
        return taken;
    }

    @Override
    public PushAnswer onPush(byte[] bytes, int from, int to) {
        return push;
    }

    @Override
    public void onConfirmed() {
        heard.add("confirmed");
    }

    @Override
    public boolean onReply(byte[] bytes, int from, int to) {
        heard.add(new String(bytes, from, to - from, ISO_8859_1).replace("\r\n", "|"));
        return keepsUp;
    }

    @Override
    public boolean onReplyPart(ByteBuf part, boolean last) {
        heard.add(part.readableBytes() + (last ? " bytes, the last" : " bytes"));
        return keepsUp;
    }

    @Override
    public void onFailure(Failure failure, boolean sent) {
        heard.add(new String(failure.reply(sent), ISO_8859_1).strip());
        whenFailed.run();
    }

    @Override
    public Object receiver() {
        return receiver;
    }

    @Override
    public void onPaused(Resumable connection) {
        heard.add("paused");
    }

    @Override
    public void onTooSlow() {
        heard.add("too slow");
    }
}
