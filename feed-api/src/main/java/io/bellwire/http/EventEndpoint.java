package io.bellwire.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.command.IdempotencyKey;
import io.bellwire.feed.AppendEvents;
import io.bellwire.feed.ForeignEvent;
import io.bellwire.feed.RecipientResolver;
import io.bellwire.feed.RefusedEvent;
import io.bellwire.group.TargetGroup;
import io.bellwire.log.DeviceId;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.registry.Registry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Takes other back ends' events, as CloudEvents over HTTP: binary, structured or in a batch. Thread-safe. */
final class EventEndpoint implements Endpoint {
    private static final String STRUCTURED_TYPE = "application/cloudevents+json";
    private static final String BATCH_TYPE = "application/cloudevents-batch+json";
    static final int BODY_BYTES_MAX = 1 << 20;
    static final int EVENTS_MAX = 100;

    private final EventLog log;
    private final Registry registry;
    private final RecipientResolver recipientResolver;

    EventEndpoint(EventLog log, Registry registry, RecipientResolver recipientResolver) {
        this.recipientResolver = recipientResolver;
        this.log = log;
        this.registry = registry;
    }

    ApiRoute route() {
        // any content type or none: that of a binary event is the type of its data
        return ApiRoute.withBody("POST", "/v1/events", ApiRoute.Access.OPERATOR, List.of(), BODY_BYTES_MAX, this);
    }

    @Override
    public CompletionStage<ApiResponse> answer(ApiCall call) {
        String type = call.header("Content-Type").map(ApiHandler::mediaType).orElse("");
        List<ReceivedEvent> events = new ArrayList<>();
        if (type.equals(BATCH_TYPE)) {
            JsonNode batch = Json.parse(call.body());
            if (!batch.isArray()) {
                throw invalid("a batch must be a JSON array");
            }
            if (batch.size() > EVENTS_MAX) {
                throw new ProblemException(Problem.tooLarge("a batch may have " + EVENTS_MAX + " events at most"));
            }
            for (int i = 0; i < batch.size(); i++) {
                events.add(ReceivedEvent.structured(batch.get(i), "event " + i + " of the batch: "));
            }
        } else if (type.equals(STRUCTURED_TYPE)) {
            events.add(ReceivedEvent.structured(Json.parse(call.body()), ""));
        } else if (call.header("ce-specversion").isPresent()) {
            events.add(ReceivedEvent.binary(call.headers(), call.body()));
        } else {
            throw new ProblemException(Problem.unsupportedMediaType("Content-Type must be " + STRUCTURED_TYPE + " or "
                    + BATCH_TYPE + ", or the headers must be those of a binary CloudEvent"));
        }
        CompletionStage<CheckedBatch> checked = CompletableFuture.completedFuture(new CheckedBatch());
        for (ReceivedEvent received : events) {
            IdempotencyKey key = IdempotencyKey.of(
                    "event",
                    received.event().getSource().toString(),
                    received.event().getId());
            CompletionStage<ForeignEvent> next = check(received, key);
            checked = checked.thenCompose(batch -> next.handle((event, failure) -> batch.with(key, event, failure)));
        }
        return checked.thenCompose(all -> WriteEndpoint.submit(
                log, call, attributeHeaders(call), new AppendEvents<>(all.accepted, all.refused), Function.identity()));
    }

    /**
     * The events of one request: those that are valid, and those that are refused unless an earlier request has
     * appended them already. Used by one request.
     */
    private static final class CheckedBatch {
        private final List<ForeignEvent> accepted = new ArrayList<>();
        private final List<RefusedEvent<Problem>> refused = new ArrayList<>();

        CheckedBatch with(IdempotencyKey key, @Nullable ForeignEvent event, @Nullable Throwable failure) {
            if (event != null) {
                accepted.add(event);
            } else {
                Problem problem = WriteEndpoint.problemOf(failure).orElseThrow(() -> new CompletionException(failure));
                refused.add(new RefusedEvent<>(key, problem));
            }
            return this;
        }
    }

    /** The attributes that a binary event has in its headers: they tell it from another event with the same body. */
    private static List<String> attributeHeaders(ApiCall call) {
        return call.headers().stream()
                .filter(field -> field.getLowerCaseName().startsWith("ce-"))
                .map(field -> field.getLowerCaseName() + ": " + field.getValue())
                .sorted()
                .toList();
    }

    private CompletionStage<ForeignEvent> check(ReceivedEvent received, IdempotencyKey key) {
        Optional<DeviceId> device = received.device();
        Optional<FeedId> group = received.group();
        if (device.isEmpty() && group.isEmpty()) {
            throw invalid("the extension deviceid is missing: it names the device; or group, if it is for a group");
        }
        ObjectNode feedJson = received.feedJson();
        return deviceFeeds(device)
                .thenCombine(
                        targetGroup(group),
                        (feeds, namedGroup) ->
                                recipientResolver.of(feeds, namedGroup, () -> new ForeignEventFacts(received.event())))
                .thenCompose(to -> to)
                .thenApply(to -> ForeignEvent.of(key, to, feedJson.has("time"), Json.bytes(feedJson)));
    }

    private CompletionStage<List<Feed>> deviceFeeds(Optional<DeviceId> device) {
        if (device.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        return registry.find(FeedId.ofDevice(device.get()))
                .thenApply(found -> List.of(found.filter(account -> !account.disabled())
                        .orElseThrow(() -> invalid("deviceid: there is no enabled device " + device.get()))
                        .feed()));
    }

    private CompletionStage<Optional<TargetGroup>> targetGroup(Optional<FeedId> group) {
        if (group.isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return recipientResolver
                .targetGroup(group.get())
                .thenApply(found ->
                        Optional.of(found.orElseThrow(() -> invalid("group: there is no group " + group.get()))));
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(Problem.invalidRequest(detail));
    }
}
