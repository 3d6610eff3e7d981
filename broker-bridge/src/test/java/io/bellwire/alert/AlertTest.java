package io.bellwire.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlertTest {
    @Test
    void whatOthersHaveChosenCannotMakeAnotherLineOrHeader() {
        Alert alert = new Alert(
                "partners/p1\r\n",
                "main\r\nBcc: thief@example.com\n\u2028\u0000\u202Eend",
                List.of("first\r\n.\r\nMAIL FROM:<thief@example.com>", "tab\there"));

        assertEquals("partners/p1  ", alert.key());
        assertEquals("main  Bcc: thief@example.com    end", alert.subject());
        assertEquals(List.of("first  .  MAIL FROM:<thief@example.com>", "tab here"), alert.lines());
    }

    @Test
    void namesInOtherScriptsStay() {
        assertEquals("Bäckerei 面包店 🥐", new Alert("k", "Bäckerei 面包店 🥐", List.of()).subject());
        assertFalse(new Alert("k", "half \uD83E", List.of()).subject().contains("\uD83E"));
    }

    @Test
    void whatIsTooLongIsCut() {
        Alert alert = new Alert("k", "s".repeat(1_000), Collections.nCopies(1_000, "l".repeat(1_000)));

        assertEquals(Alert.SUBJECT_LENGTH_MAX, alert.subject().length());
        assertEquals(Alert.LINES_MAX, alert.lines().size());
        assertEquals(Alert.LINE_LENGTH_MAX, alert.lines().get(0).length());
    }
}
