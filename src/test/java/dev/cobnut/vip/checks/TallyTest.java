package dev.cobnut.vip.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.vip.Status.Verdict;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TallyTest {
    /// Results and what is believed after each: `+` good, `-` bad. Without `startsBad` the first decides.
    @ParameterizedTest
    @CsvSource(
            value = {
                "1, 1, true, +-+-, +-+-",
                "2, 2, true, +++, -++",
                "2, 2, true, +-+-++, -----+",
                "2, 2, true, ++--++--, -++--++-",
                "2, 2, false, +++, +++",
                "2, 2, false, +-+-+--, ++++++-",
                "2, 3, false, +---++--+---, +++--++++++-",
                "3, 1, false, +-+++-, +---+-",
                "2, 3, false, -+-++-, ----++",
            })
    void aRowOfOneKindTurnsIt(int rise, int fall, boolean startsBad, String results, String expected) {
        Tally tally = new Tally(rise, fall, startsBad);
        StringBuilder believed = new StringBuilder();
        for (int i = 0; i < results.length(); i++) {
            believed.append(tally.on(results.charAt(i) == '+') == Verdict.GOOD ? '+' : '-');
        }
        assertThat(believed.toString()).isEqualTo(expected);
    }
}
