package dev.cobnut.proxy.backend;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The exchanges of one connection that are not answered yet, in the order written. The head owns the bytes being
/// read. For the loop's own thread.
final class InFlight {
    private @Nullable Exchange head;
    private @Nullable Exchange tail;

    /// How many are only waiting to swallow their reply.
    private int expired;

    boolean isEmpty() {
        return head == null;
    }

    int expired() {
        return expired;
    }

    @Nullable
    Exchange oldest() {
        return head;
    }

    /// Whether the oldest, the proxy's own apart, is one that may take as long as it likes.
    boolean waitsWithoutEnd() {
        Exchange oldest = head;
        while (oldest != null && oldest.isHidden()) {
            oldest = oldest.next;
        }
        return oldest != null && oldest.waitsWithoutEnd();
    }

    void add(Exchange exchange) {
        if (tail == null) {
            head = exchange;
        } else {
            tail.next = exchange;
        }
        tail = exchange;
    }

    /// Puts an exchange before all others: it is written first.
    void addFirst(Exchange exchange) {
        exchange.next = head;
        head = exchange;
        if (tail == null) {
            tail = exchange;
        }
    }

    /// Takes the oldest out; null when there is none.
    @Nullable
    Exchange poll() {
        Exchange oldest = head;
        if (oldest != null) {
            head = oldest.next;
            oldest.next = null;
            if (head == null) {
                tail = null;
            }
            if (oldest.isTold()) {
                expired--;
            }
        }
        return oldest;
    }

    /// How many there are; it counts them.
    int size() {
        int size = 0;
        for (Exchange each = head; each != null; each = each.next) {
            size++;
        }
        return size;
    }

    /// Whether the owner of any of them still waits to be told.
    boolean hasWaiting() {
        for (Exchange each = head; each != null; each = each.next) {
            if (!each.isTold() && !each.isHidden()) {
                return true;
            }
        }
        return false;
    }

    /// Whether anybody else waits for a reply, too.
    boolean hasOthersThan(Exchange one) {
        for (Exchange each = head; each != null; each = each.next) {
            if (!each.receiver().equals(one.receiver())) {
                return true;
            }
        }
        return false;
    }

    /// Tells all whose deadline has passed that it has; they stay to swallow their replies.
    ///
    /// @param spared one whose reply is arriving, or null
    /// @return what they were told; null when there was none
    @Nullable
    Failure expire(long clockNanos, @Nullable Exchange spared, Supplier<Failure> why) {
        Failure failure = null;
        for (Exchange each = head; each != null; each = each.next) {
            if (each.deadlineNanos == 0 || clockNanos - each.deadlineNanos < 0) {
                break;
            }
            if (!each.isTold() && each != spared) {
                failure = failure == null ? why.get() : failure;
                expired++;
                each.expire(failure);
            }
        }
        return failure;
    }
}
