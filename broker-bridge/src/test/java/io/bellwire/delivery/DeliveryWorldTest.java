package io.bellwire.delivery;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/**
 * Many seeded worlds of a few partners and endpoints under virtual time: receivers that fail, are slow, ask for time or
 * for less, calls whose answers are lost, reads and writes that fail, and kills at any moment; partners that acknowledge
 * never, now and then or always, retention that passes positions, logs that are restored, and endpoints that are
 * changed, disabled and probed. Then all faults end, and each endpoint must have received each change that it wants,
 * none before the one that has to come first, unless its partner has processed it or retention has taken it. Whoever
 * keeps up is never suspicious.
 */
class DeliveryWorldTest {
    private static final int SEEDS = 100;
    private static final Logger LOG = (Logger) LoggerFactory.getLogger(Deliveries.class);

    /** The faults are planted, and a line with a stack trace for each takes longer than the worlds. */
    @BeforeAll
    static void logNothing() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void logAgain() {
        LOG.setLevel(null);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void everyEndpointReceivesEveryChangeInOrderWhateverFails(int hundred) {
        for (int seed = hundred * SEEDS; seed < (hundred + 1) * SEEDS; seed++) {
            new DeliveryWorld(seed).run();
        }
    }
}
