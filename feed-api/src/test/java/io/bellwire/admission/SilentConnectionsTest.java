package io.bellwire.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class SilentConnectionsTest {
    private final SilentConnections<String> silent = new SilentConnections<>(2);

    @Test
    void oldestMakesRoomForTheNewest() {
        assertEquals(Optional.empty(), silent.add("first"));
        assertEquals(Optional.empty(), silent.add("second"));
        assertEquals(Optional.of("first"), silent.add("third"));
        assertEquals(2, silent.size());
    }

    @Test
    void connectionThatHasSpokenOrClosedDoesNotCount() {
        silent.add("first");
        silent.add("second");
        silent.remove("first");
        silent.remove("first");
        assertEquals(Optional.empty(), silent.add("third"));
        assertEquals(Optional.of("second"), silent.add("fourth"));
    }
}
