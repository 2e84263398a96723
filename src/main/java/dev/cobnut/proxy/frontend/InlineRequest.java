package dev.cobnut.proxy.frontend;

import dev.cobnut.resp.RespWriter;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request typed as a line, as telnet and health checks do: arguments separated by blanks, with Redis' quoting
/// (`"a\x41\n"`, `'it\'s'`). It goes on as an ordinary RESP request.
///
/// Redis skips six kinds of blanks before an argument and behind a quoted one, but ends an argument only at four of them:
/// a vertical tab or a form feed inside of one belongs to it.
final class InlineRequest {
    private final byte[] line;
    private final int end;
    private int at;

    private InlineRequest(byte[] line, int end) {
        this.line = line;
        this.end = end;
    }

    /// The line as a RESP request.
    ///
    /// @param line with its LF, and perhaps a CR before it; without a NUL, which the scanner refuses
    /// @return null when quotes do not balance; empty for a line without arguments, which Redis ignores
    static byte @Nullable [] toFrame(byte[] line, int length) {
        int end = length - 1;
        if (end > 0 && line[end - 1] == '\r') {
            end--;
        }
        List<byte[]> arguments = new InlineRequest(line, end).arguments();
        if (arguments == null || arguments.isEmpty()) {
            return arguments == null ? null : new byte[0];
        }
        byte[][] bulks = new byte[arguments.size()][];
        for (int i = 0; i < bulks.length; i++) {
            bulks[i] = RespWriter.bulk(arguments.get(i));
        }
        return RespWriter.array(bulks);
    }

    private @Nullable List<byte[]> arguments() {
        List<byte[]> arguments = new ArrayList<>();
        while (true) {
            while (at < end && isBlank(line[at])) {
                at++;
            }
            if (at == end) {
                return arguments;
            }
            ByteArrayOutputStream argument = new ByteArrayOutputStream();
            boolean open = true;
            while (open && at < end && !endsArgument(line[at])) {
                byte b = line[at++];
                if (b == '"' || b == '\'') {
                    boolean closed = b == '"' ? doubleQuoted(argument) : singleQuoted(argument);
                    if (!closed || (at < end && !isBlank(line[at]))) {
                        return null;
                    }
                    open = false;
                } else {
                    argument.write(b);
                }
            }
            arguments.add(argument.toByteArray());
        }
    }

    private boolean singleQuoted(ByteArrayOutputStream argument) {
        while (at < end) {
            byte b = line[at++];
            if (b == '\'') {
                return true;
            }
            if (b == '\\' && at < end && line[at] == '\'') {
                b = line[at++];
            }
            argument.write(b);
        }
        return false;
    }

    private boolean doubleQuoted(ByteArrayOutputStream argument) {
        while (at < end) {
            byte b = line[at++];
            if (b == '"') {
                return true;
            }
            if (b == '\\' && at < end) {
                b = escaped();
            }
            argument.write(b);
        }
        return false;
    }

    private byte escaped() {
        byte b = line[at++];
        if (b == 'x' && at + 1 < end) {
            int high = Character.digit(line[at], 16);
            int low = Character.digit(line[at + 1], 16);
            if (high >= 0 && low >= 0) {
                at += 2;
                return (byte) (high << 4 | low);
            }
        }
        return switch (b) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'a' -> 7;
            default -> b;
        };
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || (b >= '\t' && b <= '\r');
    }

    private static boolean endsArgument(byte b) {
        return b == ' ' || b == '\t' || b == '\n' || b == '\r';
    }
}
