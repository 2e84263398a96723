package dev.cobnut.doctor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// All rules, by their codes. The letter says what a rule is about: S Sentinels, R redis-servers, K the kernel and
/// the host, V versions and virtual addresses, N pools of nutcracker.yml, P running proxies, M Magento, F what
/// stack.yml says.
public final class RuleTable {
    /// Sorted by code.
    public static final List<Rule> ALL = all();

    private RuleTable() {}

    private static List<Rule> all() {
        List<Rule> all = new ArrayList<>(NodeRows.ALL);
        all.addAll(ProxyRows.ALL);
        all.addAll(StackRows.ALL);
        all.sort(Comparator.comparing(Rule::code));
        return List.copyOf(all);
    }

    /// The rule of a code, in any case; null when there is none.
    public static @Nullable Rule of(String code) {
        for (Rule rule : ALL) {
            if (rule.code().equals(code.toUpperCase(Locale.ROOT))) {
                return rule;
            }
        }
        return null;
    }

    /// All of it as a table of a document.
    public static String markdown() {
        StringBuilder text = new StringBuilder("| code | | what is wrong | what comes of it | what to do |\n")
                .append("| --- | --- | --- | --- | --- |\n");
        for (Rule rule : ALL) {
            text.append("| ")
                    .append(String.join(
                            " | ", rule.code(), rule.severity().letter(), rule.title(), rule.why(), rule.cure()))
                    .append(" |\n");
        }
        return text.toString();
    }

    /// A rule for whoever asks what a code means.
    public static String explain(Rule rule) {
        return rule.severity().letter() + " " + rule.code() + "  " + rule.title() + "\n\n" + rule.why() + "\n\ncure: "
                + rule.cure() + "\n";
    }
}
