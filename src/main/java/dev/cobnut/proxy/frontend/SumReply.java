package dev.cobnut.proxy.frontend;

import dev.cobnut.resp.RespWriter;
/// DEL, UNLINK, EXISTS, TOUCH and DBSIZE over several shards: the sum of the integers.

final class SumReply extends JoinedReply {
    private long sum;
    private boolean wrongType;

    SumReply(PoolFront pool) {
        super(pool);
    }

    @Override
    void onFragment(Fragment fragment) {
        if (!fragment.isFailure() && fragment.reply()[0] == ':') {
            sum += integer(fragment.reply());
        } else if (!fragment.isFailure() && fragment.reply()[0] != '-') {
            wrongType = true;
        }
        super.onFragment(fragment);
    }

    @Override
    byte[] join() {
        return wrongType
                ? RespWriter.error("ERR a node answered with something that is not a number")
                : RespWriter.integer(sum);
    }

    /// `:123 CR LF`
    private static long integer(byte[] reply) {
        boolean negative = reply[1] == '-';
        long value = 0;
        for (int i = negative ? 2 : 1; reply[i] >= '0' && reply[i] <= '9'; i++) {
            value = value * 10 + (reply[i] - '0');
        }
        return negative ? -value : value;
    }
}
