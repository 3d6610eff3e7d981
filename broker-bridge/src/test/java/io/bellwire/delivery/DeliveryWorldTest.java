package io.bellwire.delivery;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many seeded worlds of a few partners and endpoints under virtual time: receivers that fail, are slow, ask for time or
 * for less, calls whose answers are lost, reads and writes that fail, and kills at any moment; partners that acknowledge
 * never, now and then or always, retention that passes positions, logs that are restored, and endpoints that are
 * changed, disabled and probed. Then all faults end, and each endpoint must have received each change that it wants,
 * none before the one that has to come first, unless its partner has processed it or retention has taken it. Whoever
 * keeps up is never suspicious.
 */
@ExtendWith(PlantedFaultsUnlogged.class)
class DeliveryWorldTest {
    private static final int SEEDS = 100;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void everyEndpointReceivesEveryChangeInOrderWhateverFails(int hundred) {
        for (int seed = hundred * SEEDS; seed < (hundred + 1) * SEEDS; seed++) {
            new DeliveryWorld(seed).run();
        }
    }
}
