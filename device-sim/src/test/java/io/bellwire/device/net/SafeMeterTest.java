package io.bellwire.device.net;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SafeMeterTest {
    private static final class FailingMeter implements HttpMeter {
        private final List<String> calls = new ArrayList<>();
        private Error failure = new StackOverflowError("deep");

        @Override
        public void sent(long bytes) {
            calls.add("sent " + bytes);
            throw failure;
        }

        @Override
        public void received(int status, long bytes) {
            calls.add("received " + status + ", " + bytes);
            throw failure;
        }
    }

    @Test
    void meterThatThrowsHearsAllAndDisturbsNobodyUnlessMemoryIsExhausted() {
        FailingMeter failing = new FailingMeter();
        SafeMeter safe = new SafeMeter(failing);
        assertDoesNotThrow(() -> safe.sent(7));
        assertDoesNotThrow(() -> safe.received(200, 9));
        assertEquals(List.of("sent 7", "received 200, 9"), failing.calls);

        failing.failure = new OutOfMemoryError("test");
        assertThrows(OutOfMemoryError.class, () -> safe.sent(1));
    }
}
