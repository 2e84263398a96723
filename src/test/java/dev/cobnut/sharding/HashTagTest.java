package dev.cobnut.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HashTagTest {

    @ParameterizedTest(name = "{0} hashes {2} of {1}")
    @CsvSource({
        // tag, key, the part that is hashed
        "{},  user:{17}:cart, 17",
        "{},  a{}b{c},        a{}b{c}",
        "{},  a{b,            a{b",
        "{},  a}b{c}d,        c",
        "{},  {a}{b},         a",
        "{},  {{a}},          {a",
        "{},  {a{b}c},        a{b",
        "{},  }{,             }{",
        "{},  {,              {",
        "{},  {x},            x",
        "{},  plain,          plain",
        "$$,  $a$,            a",
        "$$,  a$$b,           a$$b",
        "$$,  $a,             $a",
        "$$,  $a$b$c$,        a",
    })
    void hashesOnlyTheTaggedPart(String tag, String key, String part) {
        HashTag hashTag = new HashTag((byte) tag.charAt(0), (byte) tag.charAt(1));
        // A tag begins right before the key and ends right after it: bytes outside the key are none of its business.
        byte[] buffer = (tag + key + tag).getBytes(StandardCharsets.ISO_8859_1);
        byte[] expected = part.getBytes(StandardCharsets.ISO_8859_1);

        assertThat(hashTag.hash(KeyHash.FNV1A_32, buffer, 2, key.length()))
                .isEqualTo(KeyHash.FNV1A_32.hash(expected, 0, expected.length));
    }

    @ParameterizedTest(name = "{0} is in {1}*: {2}")
    @CsvSource({
        "{},  {x}y,  true",
        "{},  a{x},  true",
        "{},  {x,    false",
        "{},  {,     false",
        "{},  {}x,   false",
        "{},  {}{x}, false",
        "{},  }{x,   false",
        "{},  x,     false",
        "{},  '',    false",
        "$$,  $a$,   true",
        "$$,  $a,    false",
        "$$,  $$a$,  false",
    })
    void isInABeginningOnlyWhenItIsComplete(String tag, String beginning, boolean in) {
        HashTag hashTag = new HashTag((byte) tag.charAt(0), (byte) tag.charAt(1));
        byte[] buffer = (tag + beginning + tag).getBytes(StandardCharsets.ISO_8859_1);

        assertThat(hashTag.isIn(buffer, 2, beginning.length())).isEqualTo(in);
    }
}
