package dev.cobnut.planted.proxy;

import dev.cobnut.resp.Command;
import dev.cobnut.resp.RequestScanner;

/// Takes a request apart, as no method of the proxy may.
interface WideMethod {
    void takesARequestApart(Command command, RequestScanner scanner, byte[] bytes, int from, int to);

    void doesNot(Command command, byte[] bytes, int from, int to);
}
