package io.bellwire.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FailedWritesTest {
    private final AtomicLong nanos = new AtomicLong(-5);
    private final FailedWrites writes = new FailedWrites(nanos::get);

    private void at(int seconds) {
        nanos.set(-5 + TimeUnit.SECONDS.toNanos(seconds));
    }

    private void failed(int from, int to) {
        writes.failed(
                "POST /v1/orders", -5 + TimeUnit.SECONDS.toNanos(from), -5 + TimeUnit.SECONDS.toNanos(to), "HTTP 503");
    }

    @Test
    void onlyAnOutageOrTheGraceAfterItExplainsAFailure() {
        failed(8, 9);
        at(10);
        writes.outageBegins();
        failed(9, 10);
        failed(11, 12);
        at(13);
        writes.outageEnds();
        failed(17, 18);
        failed(19, 20);

        assertEquals(2, writes.failures());
        assertEquals(3, writes.excused());
        assertEquals(
                List.of("POST /v1/orders after 9 s: HTTP 503", "POST /v1/orders after 20 s: HTTP 503"),
                writes.failed());
    }

    @Test
    void stopOfTheRunExcusesFailuresJustBeforeIt() {
        failed(10, 11);
        failed(20, 21);
        at(22);
        writes.outageBeganWithin(5_000);
        failed(22, 23);

        assertEquals(List.of("POST /v1/orders after 11 s: HTTP 503"), writes.failed());
        assertEquals(1, writes.failures());
    }

    @Test
    void failedReadsAreNotCounted() {
        writes.failed("GET /v1/devices", 0, 1, "HTTP 503");

        assertEquals(0, writes.failures() + writes.excused());
    }
}
