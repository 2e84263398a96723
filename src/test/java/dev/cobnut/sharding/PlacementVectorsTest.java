package dev.cobnut.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Bit-for-bit agreement with the recorded decisions of a real nutcracker.
class PlacementVectorsTest {
    private static final List<PlacementVectors.Case> CASES = PlacementVectors.load();

    @Test
    void placesEveryRecordedKeyWhereNutcrackerDid() {
        int decisions = 0;
        for (PlacementVectors.Case vectors : CASES) {
            for (PlacementVectors.Column column : vectors.columns()) {
                Placement placement =
                        Placement.of(column.keyHash(), vectors.tag(), column.keyDistribution(), vectors.ringServers());
                for (int i = 0; i < vectors.keys().size(); i++) {
                    byte[] key = vectors.keys().get(i);
                    if (placement.place(key, 0, key.length) != column.server(i)) {
                        assertThat(placement.place(key, 0, key.length))
                                .as("%s, %s, key %d", vectors, column, i)
                                .isEqualTo(column.server(i));
                    }
                    decisions++;
                }
            }
        }
        assertThat(CASES).hasSize(63);
        assertThat(decisions).isEqualTo(453_600);
    }

    @Test
    void findsKeysInTheMiddleOfABuffer() {
        PlacementVectors.Case vectors = CASES.get(12);
        for (PlacementVectors.Column column : vectors.columns()) {
            Placement placement =
                    Placement.of(column.keyHash(), vectors.tag(), column.keyDistribution(), vectors.ringServers());
            for (int i = 0; i < vectors.keys().size(); i++) {
                byte[] key = vectors.keys().get(i);
                byte[] buffer = new byte[key.length + 8];
                Arrays.fill(buffer, (byte) 0xA5);
                System.arraycopy(key, 0, buffer, 3, key.length);
                assertThat(placement.place(buffer, 3, key.length))
                        .as("%s, %s, key %d", vectors, column, i)
                        .isEqualTo(column.server(i));
            }
        }
    }
}
