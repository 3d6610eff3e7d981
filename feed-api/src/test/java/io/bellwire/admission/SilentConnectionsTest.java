package io.bellwire.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bellwire.runtime.Stopwatch;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SilentConnectionsTest {
    private final AtomicLong nanos = new AtomicLong();
    private final SilentConnections<String> silent = new SilentConnections<>(2, new Stopwatch(nanos::get));

    private void graceIsOver() {
        nanos.addAndGet(SilentConnections.GRACE.toNanos());
    }

    @Test
    void oldestMakesRoomForTheNewest() {
        assertEquals(List.of(), silent.add("first"));
        assertEquals(List.of(), silent.add("second"));
        graceIsOver();
        assertEquals(List.of("first"), silent.add("third"));
        assertEquals(2, silent.size());
    }

    @Test
    void whoeverHasJustConnectedStays() {
        silent.add("first");
        silent.add("second");
        nanos.addAndGet(SilentConnections.GRACE.toNanos() - 1);
        assertEquals(List.of(), silent.add("third"));
        assertEquals(3, silent.size());
    }

    @Test
    void tooManyBecomeFewer() {
        for (int i = 0; i < 5; i++) {
            silent.add("silent-" + i);
        }
        graceIsOver();
        assertEquals(List.of("silent-0", "silent-1"), silent.add("next"));
        assertEquals(List.of("silent-2", "silent-3"), silent.add("next but one"));
        assertEquals(List.of("silent-4"), silent.add("last"));
    }

    @Test
    void connectionThatHasSpokenOrClosedDoesNotCount() {
        silent.add("first");
        silent.add("second");
        graceIsOver();
        silent.remove("first");
        silent.remove("first");
        assertEquals(List.of(), silent.add("third"));
        assertEquals(List.of("second"), silent.add("fourth"));
    }

    @Test
    void withoutAnyPlaceLeftTheOldestGoesWithoutGrace() {
        assertEquals(Optional.empty(), silent.removeOldest());
        silent.add("first");
        silent.add("second");
        assertEquals(Optional.of("first"), silent.removeOldest());
        assertEquals(1, silent.size());
    }
}
