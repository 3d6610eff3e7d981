package io.bellwire.escalation;

import io.bellwire.document.Document;
import io.bellwire.document.DocumentStore;
import io.bellwire.document.ReplaceDocuments;
import io.bellwire.log.EventLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Keeps how far escalations are. Thread-safe; only {@link #load} blocks. */
interface EscalationLog {
    /** All documents of escalations. */
    List<Document> load();

    /** Writes; false if another document is there than the write takes for granted. */
    CompletionStage<Boolean> write(ReplaceDocuments write);

    /** The document that is there. */
    CompletionStage<Optional<Document>> find(String key);

    /** Keeps them in {@code events}. */
    static EscalationLog of(EventLog events, DocumentStore documents) {
        return new EscalationLog() {
            private static final int PAGE = 1_000;

            @Override
            public List<Document> load() {
                List<Document> all = new ArrayList<>();
                String after = "";
                List<Document> page;
                do {
                    page = documents.withPrefix(EscalationDocuments.PREFIX, after, PAGE);
                    all.addAll(page);
                    after = page.isEmpty() ? after : page.get(page.size() - 1).key();
                } while (page.size() == PAGE);
                return all;
            }

            @Override
            public CompletionStage<Boolean> write(ReplaceDocuments write) {
                return events.submit(write);
            }

            @Override
            public CompletionStage<Optional<Document>> find(String key) {
                return events.onReader(() -> documents.find(key));
            }
        };
    }
}
