package io.bellwire.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BellwireExtension.class)
class BellwireExtensionTest {
    private static Bellwire first;

    @BeforeAll
    static void remember(Bellwire bellwire) {
        first = bellwire;
    }

    @Test
    void testMethodGetsTheServerOfItsClass(Bellwire bellwire) {
        assertSame(first, bellwire);
        assertEquals(200, new TestOperator(bellwire).status("/readyz"));
    }

    @Nested
    class Within {
        private final Bellwire bellwire;

        Within(Bellwire bellwire) {
            this.bellwire = bellwire;
        }

        @Test
        void nestedClassGetsTheSameServer() {
            assertSame(first, bellwire);
            assertEquals(200, new TestOperator(bellwire).status("/readyz"));
        }
    }
}
