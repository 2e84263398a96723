package dev.cobnut.planted.resp;

import io.netty.buffer.ByteBuf;

/// A pure room reads Netty's buffers.
interface WrongNetty {
    int read(ByteBuf buffer);
}
