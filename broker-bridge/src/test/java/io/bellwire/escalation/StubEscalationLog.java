package io.bellwire.escalation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwire.document.Document;
import io.bellwire.document.ReplaceDocuments;
import io.bellwire.document.ReplaceDocuments.News;
import io.bellwire.document.ReplaceDocuments.Replacement;
import io.bellwire.log.BatchInput;
import io.bellwire.log.Event;
import io.bellwire.log.EventNumber;
import io.bellwire.log.FeedId;
import io.bellwire.log.Records;
import io.bellwire.log.WriteBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** A log in memory that keeps documents and events, and can fail. Not thread-safe. */
final class StubEscalationLog implements EscalationLog {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    final Map<String, Document> documents = new TreeMap<>();
    final List<Told> events = new ArrayList<>();
    /** Whether a write is lost. */
    Predicate<ReplaceDocuments> fails = write -> false;
    /** Whether the answer to a write is lost, though it was written. */
    Predicate<ReplaceDocuments> isInDoubt = write -> false;

    /** An event and the feeds that have it. */
    record Told(JsonNode json, List<FeedId> feeds) {
        String type() {
            return json.path("type").asText().replace("io.bellwire.feed.", "");
        }

        JsonNode data() {
            return json.path("data");
        }
    }

    @Override
    public List<Document> load() {
        return List.copyOf(documents.values());
    }

    @Override
    public CompletionStage<Boolean> write(ReplaceDocuments write) {
        if (fails.test(write)) {
            return CompletableFuture.failedFuture(new UncheckedIOException(new IOException("disk full")));
        }
        for (Replacement replacement : write.replacements()) {
            if (!Optional.ofNullable(documents.get(replacement.key())).equals(replacement.before())) {
                return CompletableFuture.completedFuture(false);
            }
        }
        for (Replacement replacement : write.replacements()) {
            replacement
                    .after()
                    .ifPresentOrElse(
                            after -> documents.put(replacement.key(), after),
                            () -> documents.remove(replacement.key()));
        }
        write.events().forEach(news -> events.add(told(news)));
        return isInDoubt.test(write)
                ? CompletableFuture.failedFuture(new UncheckedIOException(new IOException("no answer")))
                : CompletableFuture.completedFuture(true);
    }

    private static Told told(News news) {
        BatchInput nothing = new BatchInput(new EventNumber(1), Map.of(), Set.of(), Map.of(), new Records());
        Event event = new WriteBatch(nothing, Instant.EPOCH).append(news.event(), null, List.of());
        try {
            return new Told(
                    MAPPER.readTree("{" + new String(event.json().bytes(), StandardCharsets.UTF_8)), news.feeds());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public CompletionStage<Optional<Document>> find(String key) {
        return CompletableFuture.completedFuture(Optional.ofNullable(documents.get(key)));
    }

    /** The types of the events in this feed. */
    List<String> types(FeedId feed) {
        return events.stream()
                .filter(told -> told.feeds().contains(feed))
                .map(Told::type)
                .toList();
    }
}
