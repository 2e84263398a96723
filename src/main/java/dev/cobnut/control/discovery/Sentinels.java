package dev.cobnut.control.discovery;

import dev.cobnut.control.Notice;
import dev.cobnut.control.probe.StrictText;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.SentinelView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// All Sentinels that are followed: has them asked, and keeps how each was seen last.
///
/// Owned by the deciding thread, but for [#start] and [#close].
final class Sentinels {
    /// The shortest time between two questions to all: many hints at once count as one.
    static final long ASK_ALL_AGAIN_NANOS = Duration.ofMillis(20).toNanos();

    /// How often events of one Sentinel make us ask all: twenty failovers at once, and then five a second.
    static final int CALLS_MOST = 20;

    static final int CALLS_PER_SECOND = 5;

    private static final String OK = "ok";
    private static final String CONNECTING = "connecting";
    private static final String SILENT = "silent";
    private static final String NOT_ASKED = "not asked yet";

    private final Chronicle chronicle;
    private final List<SentinelWatch> watches;
    private final List<SentinelView> views = new ArrayList<>();
    private final List<Allowance> calls = new ArrayList<>();

    /// When all were last asked at once; null before the first time.
    private @Nullable Long askedAllNanos;

    /// Whether it is known which groups are followed. Before, a Sentinel that answers is no news.
    private boolean settled;

    /// @param watches of all, not started yet; [News] names a Sentinel by its place in this list
    Sentinels(List<SentinelWatch> watches, Chronicle chronicle) {
        this.watches = List.copyOf(watches);
        this.chronicle = chronicle;
        for (SentinelWatch watch : watches) {
            views.add(new SentinelView(watch.address(), CONNECTING, NOT_ASKED));
            calls.add(new Allowance(CALLS_MOST, CALLS_PER_SECOND));
        }
    }

    /// Starts watching; once.
    void start() {
        watches.forEach(SentinelWatch::start);
    }

    /// Ends all threads; they are gone when this returns, unless the caller is interrupted.
    void close() throws InterruptedException {
        for (SentinelWatch watch : watches) {
            watch.close();
        }
    }

    /// How many there are, with those that do not answer.
    int count() {
        return watches.size();
    }

    /// How each was seen last.
    List<SentinelView> views() {
        return views;
    }

    /// Where a Sentinel listens.
    NodeAddress address(int sentinel) {
        return views.get(sentinel).address();
    }

    /// Asks one at once.
    void ask(int sentinel) {
        watches.get(sentinel).pollNow();
    }

    /// Asks all at once, fifty times a second at most.
    void askAll(long nowNanos) {
        if (askedAllNanos == null || nowNanos - askedAllNanos >= ASK_ALL_AGAIN_NANOS) {
            askedAllNanos = nowNanos;
            askAllAnyway();
        }
    }

    /// An event of this Sentinel names another master: asks all at once, but one that says so all the time does not
    /// cost the others more than [#CALLS_PER_SECOND].
    void askAllFor(int sentinel, long nowNanos) {
        if (calls.get(sentinel).take(nowNanos)) {
            askAll(nowNanos);
        }
    }

    /// Asks all at once: what they have just said came too early to be kept.
    void askAllAnyway() {
        watches.forEach(SentinelWatch::pollNow);
    }

    /// It is known which groups are followed: only they matter from now on.
    void onSettled(Set<String> groups) {
        settled = true;
        watches.forEach(watch -> watch.onlyGroups(groups));
    }

    /// A Sentinel answered.
    ///
    /// @param unknown the groups that are followed and that it does not watch
    /// @param unreadable those that it watches, but whose master it does not name so that it could be read
    void onAnswer(int sentinel, List<String> unknown, List<String> unreadable, long nowNanos) {
        SentinelView before = views.get(sentinel);
        List<String> troubles = new ArrayList<>();
        if (!unknown.isEmpty()) {
            troubles.add("does not watch " + String.join(", ", unknown));
        }
        if (!unreadable.isEmpty()) {
            troubles.add("names no address for the master of " + String.join(", ", unreadable));
        }
        String detail = String.join("; ", troubles);
        views.set(sentinel, new SentinelView(before.address(), OK, detail));
        if (settled && !before.state().equals(OK)) {
            chronicle.tell(Notice.Kind.SENTINEL, null, "sentinel " + before.address() + " answers");
        }
        if (!detail.isEmpty() && !detail.equals(before.detail())) {
            chronicle.tellOnce(Notice.Kind.WARNING, null, "sentinel " + before.address() + " " + detail, nowNanos);
        }
    }

    /// A Sentinel cannot be asked. People are told of the first time only, until it answers again.
    void onLost(News.Lost lost) {
        SentinelView before = views.get(lost.sentinel());
        String prefix = before.address() + ": ";
        String why = StrictText.printable(lost.why());
        String detail = why.startsWith(prefix) ? why.substring(prefix.length()) : why;
        views.set(lost.sentinel(), new SentinelView(before.address(), lost.silent() ? SILENT : CONNECTING, detail));
        if (before.state().equals(OK) || before.detail().equals(NOT_ASKED)) {
            chronicle.tell(Notice.Kind.SENTINEL, null, "sentinel " + before.address() + " does not answer: " + detail);
        }
    }

    /// Each with its state or why it is not ok, for people.
    String describe() {
        List<String> each = new ArrayList<>();
        for (SentinelView view : views) {
            each.add(view.address() + " " + (view.detail().isEmpty() ? view.state() : view.detail()));
        }
        return String.join("; ", each);
    }
}
