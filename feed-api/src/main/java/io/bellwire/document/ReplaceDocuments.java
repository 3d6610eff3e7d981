package io.bellwire.document;

import io.bellwire.log.BatchNeeds;
import io.bellwire.log.FeedId;
import io.bellwire.log.RenderedEvent;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The write that replaces documents if none of them has changed since it was prepared, and appends events about it. Its
 * result is false, and nothing is written, if one has: then it must be prepared again. So what a change means is decided
 * before, and the writer's thread parses nothing.
 *
 * @param replacements what to put in place of what
 * @param hints what is put and removed besides, whatever is there
 * @param events events, each for its feeds
 */
public record ReplaceDocuments(List<Replacement> replacements, List<Hint> hints, List<News> events)
        implements Write<Boolean> {
    private static final int OVERHEAD_BYTES = 256;

    /**
     * One document that is put, removed or only compared.
     *
     * @param before what must be there; empty if nothing
     * @param after what will be there; empty if nothing
     */
    public record Replacement(String key, Optional<Document> before, Optional<Document> after) {}

    /**
     * A hint that is put or removed, whatever is there; see {@link DocumentStore#HINTS}.
     *
     * @param after what will be there; empty if nothing
     */
    public record Hint(String key, Optional<Document> after) {}

    /** An event and the feeds that get it; feeds that do not exist are created. */
    public record News(RenderedEvent event, List<FeedId> feeds) {
        public News {
            feeds = List.copyOf(feeds);
        }
    }

    public ReplaceDocuments {
        replacements = List.copyOf(replacements);
        hints = List.copyOf(hints);
        events = List.copyOf(events);
    }

    @Override
    public void declareNeeds(BatchNeeds needs) {
        replacements.forEach(replacement -> needs.key(DocumentStore.KEPT, replacement.key()));
        events.forEach(news -> news.feeds().forEach(needs::name));
    }

    @Override
    public int bytes() {
        int bytes = OVERHEAD_BYTES;
        for (Replacement replacement : replacements) {
            bytes += OVERHEAD_BYTES
                    + replacement.before().map(Document::bytes).orElse(0)
                    + replacement.after().map(Document::bytes).orElse(0);
        }
        for (Hint hint : hints) {
            bytes += OVERHEAD_BYTES + hint.after().map(Document::bytes).orElse(0);
        }
        for (News news : events) {
            bytes += OVERHEAD_BYTES + news.event().bytes();
        }
        return bytes;
    }

    @Override
    public Boolean decide(WriteBatch batch) {
        for (Replacement replacement : replacements) {
            @Nullable Document found = batch.get(DocumentStore.KEPT, replacement.key());
            if (!Objects.equals(found, replacement.before().orElse(null))) {
                return false;
            }
        }
        for (Replacement replacement : replacements) {
            replacement
                    .after()
                    .ifPresentOrElse(
                            after -> batch.put(DocumentStore.KEPT, replacement.key(), after),
                            () -> batch.remove(DocumentStore.KEPT, replacement.key()));
        }
        for (Hint hint : hints) {
            hint.after()
                    .ifPresentOrElse(
                            after -> batch.put(DocumentStore.HINTS, hint.key(), after),
                            () -> batch.remove(DocumentStore.HINTS, hint.key()));
        }
        for (News news : events) {
            batch.append(
                    news.event(), null, news.feeds().stream().map(batch::feed).toList());
        }
        return true;
    }
}
