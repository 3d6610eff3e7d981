package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.document.Document;
import io.bellwire.document.DocumentStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What every store keeps of documents. */
interface DocumentRules {
    LogStoreFixture fixture();

    /** The same log as another process finds it, if the store can do that. */
    LogStoreFixture reopened();

    private static Document document(String key, String json) {
        return new Document(key, json.getBytes(StandardCharsets.UTF_8));
    }

    private WriteBatch write(BatchNeeds needs, Consumer<WriteBatch> decide) {
        return fixture().write(needs, LogStoreFixture.MORNING, decide);
    }

    private WriteBatch put(RecordType<String, Document> type, Document... documents) {
        return write(new BatchNeeds(), batch -> List.of(documents)
                .forEach(document -> batch.put(type, document.key(), document)));
    }

    private List<String> keys(String prefix, String after, int limit) {
        return fixture().store().documents().withPrefix(prefix, after, limit).stream()
                .map(Document::key)
                .toList();
    }

    @Test
    default void newestDocumentOfAKeyIsFound() {
        WriteBatch kept =
                put(DocumentStore.KEPT, document("menu/a", "{\"n\":1}"), document("menu/b", "{\"n\":\"\u00fc\"}"));
        put(DocumentStore.KEPT, document("menu/a", "{\"n\":2}"));
        WriteBatch hint = put(DocumentStore.HINTS, document("place/a", "{}"));

        assertTrue(kept.isAcknowledged());
        assertFalse(hint.isAcknowledged(), "it need not be on disk at once");
        DocumentStore documents = reopened().store().documents();
        assertEquals(Optional.of(document("menu/a", "{\"n\":2}")), documents.find("menu/a"));
        assertEquals(Optional.of(document("menu/b", "{\"n\":\"\u00fc\"}")), documents.find("menu/b"));
        assertEquals(Optional.of(document("place/a", "{}")), documents.find("place/a"));
        assertEquals(Optional.empty(), documents.find("menu/c"));
    }

    @Test
    default void writeReadsThePresentDocumentsAndRemovesThem() {
        put(DocumentStore.KEPT, document("menu/a", "1"), document("menu/b", "2"));
        put(DocumentStore.HINTS, document("place/a", "3"));
        List<Optional<Document>> read = new ArrayList<>();

        write(
                new BatchNeeds()
                        .keys(DocumentStore.KEPT, List.of("menu/a", "menu/none"))
                        .key(DocumentStore.HINTS, "place/a"),
                batch -> {
                    read.add(Optional.ofNullable(batch.get(DocumentStore.KEPT, "menu/a")));
                    read.add(Optional.ofNullable(batch.get(DocumentStore.KEPT, "menu/none")));
                    read.add(Optional.ofNullable(batch.get(DocumentStore.HINTS, "place/a")));
                    batch.remove(DocumentStore.KEPT, "menu/a");
                    batch.remove(DocumentStore.HINTS, "place/a");
                    batch.remove(DocumentStore.KEPT, "menu/none");
                });

        assertEquals(
                List.of(Optional.of(document("menu/a", "1")), Optional.empty(), Optional.of(document("place/a", "3"))),
                read);
        DocumentStore documents = reopened().store().documents();
        assertEquals(Optional.empty(), documents.find("menu/a"));
        assertEquals(Optional.empty(), documents.find("place/a"));
        assertEquals(Optional.of(document("menu/b", "2")), documents.find("menu/b"));
    }

    @Test
    default void documentsOfAPrefixAreListedInTheOrderOfTheirCharacters() {
        List<String> sorted = List.of("p/!", "p/-", "p/0", "p/A", "p/Z", "p/_", "p/a", "p/a-b", "p/a/b", "p/z", "p/~~");
        for (String other : List.of("o/z", "p", "p.", "p0", "q/a")) {
            put(DocumentStore.KEPT, document(other, "{}"));
        }
        for (int i = sorted.size() - 1; i >= 0; i--) {
            put(i % 2 == 0 ? DocumentStore.KEPT : DocumentStore.HINTS, document(sorted.get(i), "{}"));
        }

        assertEquals(sorted, keys("p/", "", 100));
        assertEquals(sorted.subList(0, 3), keys("p/", "", 3));
        assertEquals(sorted.subList(3, 6), keys("p/", "p/0", 3));
        assertEquals(List.of("p/a", "p/a-b", "p/a/b"), keys("p/a", "", 100));
        assertEquals(List.of(), keys("p/", "p/~~", 3), "after the last one");
        assertEquals(List.of(), keys("p/", "q", 3), "after the prefix");
        assertEquals(List.of("p/!"), keys("p/", "o/z", 1), "before the prefix");
        assertEquals(List.of(), keys("x/", "", 3));
        assertEquals(16, keys("", "", 100).size());
    }

    @Test
    default void largestDocumentIsKept() {
        String json = "\"" + "x".repeat(Document.JSON_BYTES_MAX - 2) + "\"";
        String key = "k".repeat(Document.KEY_CHARACTERS_MAX);
        put(DocumentStore.KEPT, document(key, json), document("empty", ""));

        DocumentStore documents = reopened().store().documents();
        assertEquals(Optional.of(document(key, json)), documents.find(key));
        assertEquals(0, documents.find("empty").orElseThrow().bytes());
    }
}
