package io.bellwire.document;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class DocumentTest {
    private static Document document(String key, String json) {
        return new Document(key, json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void keyIsPrintableAsciiOfAtMost200Characters() {
        for (String valid : List.of("a", "!", "~", "endpoint/partners/p1/main", "k".repeat(200))) {
            assertEquals(valid, document(valid, "{}").key());
        }
        for (String other : List.of("", " ", "a b", "\u007f", "a\n", "\u00fc", "k".repeat(201))) {
            assertThrows(IllegalArgumentException.class, () -> document(other, "{}"), other);
        }
    }

    @Test
    void jsonHasAtMost64KiB() {
        assertEquals(65_536, new Document("a", new byte[65_536]).bytes());
        assertThrows(IllegalArgumentException.class, () -> new Document("a", new byte[65_537]));
    }

    @Test
    void documentDoesNotChangeWithTheBytesItWasMadeOf() {
        byte[] json = {'1'};
        Document document = new Document("a", json);
        json[0] = '2';
        document.json()[0] = '3';

        assertArrayEquals(new byte[] {'1'}, document.json());
    }

    @Test
    void documentsWithTheSameKeyAndJsonAreEqual() {
        assertEquals(document("a", "1"), document("a", "1"));
        assertEquals(document("a", "1").hashCode(), document("a", "1").hashCode());
        assertNotEquals(document("a", "1"), document("a", "2"));
        assertNotEquals(document("a", "1"), document("b", "1"));
    }

    @Test
    void textOfADocumentShowsNothingOfItsJson() {
        String text = document("grill", "{\"secret\":\"7\"}").toString();

        assertTrue(text.contains("grill"));
        assertFalse(text.contains("secret"));
    }
}
