package dev.cobnut.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeclaredCommandTest {

    @Test
    void isACommandLikeThoseOfTheTable() {
        Command command = Command.declared("MyMod.Copy -3  wd 1..2");

        assertThat(command.name()).isEqualTo("mymod.copy");
        assertThat(command.arityFits(2)).isFalse();
        assertThat(command.arityFits(4)).isTrue();
        assertThat(command.is(CommandFlag.WRITE)).isTrue();
        assertThat(command.readOnly()).isFalse();
        assertThat(command.keys()).containsExactly(new KeySpec.Range(1, 2, 1));
        assertThat(command.policy(false)).isEqualTo(Policy.FORWARD);
    }

    @Test
    void withoutKeysGoesToAnyShard() {
        Command command = Command.declared("mymod.info 1 - -");

        assertThat(command.policy(false)).isEqualTo(Policy.ANY);
        assertThat(command.keys()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "a 2 r; 3 columns; NAME ARITY FLAGS KEYS",
                "a 2 r 1 forward; 5 columns; NAME ARITY FLAGS KEYS",
                "a|b 2 r 1; name a|b; without |",
                "ä 2 r 1; name ä; ASCII",
                "a 0 r 1; arity 0; -N for N or more",
                "a two r 1; arity two; -N for N or more",
                "a 9999999 r 1; arity 9999999; -N for N or more",
                "a 2 rw 1; flags rw; not both",
                "a 2 rz 1; flag z; one of",
                "a 2 rr 1; flag r twice; rr",
                "a 2 r 0; keys 0; expected",
                "a 2 r 1..-1/0; keys 1..-1/0; expected",
                "a 2 r 99999999999; keys 99999999999; expected",
                "a 2 r k; keys k; expected",
            })
    void saysWhatIsWrongWithARow(String row, String value, String expected) {
        assertThatThrownBy(() -> Command.declared(row))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(value, expected);
    }
}
