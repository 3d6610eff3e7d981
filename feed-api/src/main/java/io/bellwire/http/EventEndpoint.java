package io.bellwire.http;

import com.fasterxml.jackson.core.JsonProcessingException;
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
import io.bellwire.log.Timestamps;
import io.bellwire.registry.Registry;
import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.jackson.JsonFormat;
import java.io.IOException;
import java.net.URI;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpField;
import org.jspecify.annotations.Nullable;

/** Takes other back ends' events, as CloudEvents over HTTP: binary, structured or in a batch. Thread-safe. */
final class EventEndpoint implements Endpoint {
    private static final String STRUCTURED_TYPE = "application/cloudevents+json";
    private static final String BATCH_TYPE = "application/cloudevents-batch+json";
    static final int BODY_BYTES_MAX = 1 << 20;
    static final int DATA_BYTES_MAX = 64 << 10;
    static final int EVENTS_MAX = 100;
    static final int ATTRIBUTE_LENGTH_MAX = 1_024;
    static final int EXTENSIONS_MAX = 16;
    private static final String OWN_TYPE_PREFIX = "io.bellwire.";
    /** Members that the feed sets itself; an extension of the same name would make a second one. */
    private static final Set<String> RESERVED =
            Set.of("revision", "originsource", "originid", "data", "datacontenttype");

    private final EventLog log;
    private final Registry registry;
    private final RecipientResolver recipientResolver;
    private final JsonFormat format = new JsonFormat();

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
                events.add(parseStructured(batch.get(i), "event " + i + " of the batch: "));
            }
        } else if (type.equals(STRUCTURED_TYPE)) {
            events.add(parseStructured(Json.parse(call.body()), ""));
        } else if (call.header("ce-specversion").isPresent()) {
            events.add(parseBinary(call));
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

    /**
     * An event as it was received.
     *
     * @param data the JSON data of a structured event, since the SDK would read its numbers as floating point
     */
    private record ReceivedEvent(CloudEvent event, Optional<JsonNode> data) {}

    private ReceivedEvent parseStructured(JsonNode json, String messagePrefix) {
        if (!json.isObject()) {
            throw invalid(messagePrefix + "not a CloudEvent: it must be a JSON object");
        }
        try {
            return new ReceivedEvent(format.deserialize(bytes(json)), Optional.ofNullable(json.get("data")));
        } catch (RuntimeException e) { // the SDK throws several kinds for what is not a CloudEvent
            throw invalid(messagePrefix + "not a CloudEvent: " + firstLineOfMessage(e));
        }
    }

    private static ReceivedEvent parseBinary(ApiCall call) {
        if (!call.header("ce-specversion").map("1.0"::equals).orElse(false)) {
            throw invalid("ce-specversion must be 1.0");
        }
        CloudEventBuilder builder = CloudEventBuilder.v1();
        try {
            for (HttpField field : call.headers()) {
                String name = field.getName().toLowerCase(Locale.ROOT);
                if (name.startsWith("ce-") && !name.equals("ce-specversion")) {
                    setAttribute(
                            builder,
                            name.substring("ce-".length()),
                            StrictText.percentDecode(name, String.valueOf(field.getValue())));
                }
            }
            String type = call.headers().get("Content-Type");
            if (call.body().length > 0) {
                builder.withData(type == null ? "application/json" : type, call.body());
            }
            return new ReceivedEvent(builder.build(), Optional.empty());
        } catch (ProblemException e) {
            throw e;
        } catch (RuntimeException e) { // as above
            throw invalid("not a CloudEvent: " + firstLineOfMessage(e));
        }
    }

    private static void setAttribute(CloudEventBuilder builder, String name, String value) {
        switch (name) {
            case "id" -> builder.withId(value);
            case "source" -> builder.withSource(URI.create(value));
            case "type" -> builder.withType(value);
            case "subject" -> builder.withSubject(value);
            case "time" -> builder.withTime(OffsetDateTime.parse(value));
            case "dataschema" -> builder.withDataSchema(URI.create(value));
            default -> builder.withExtension(name, value);
        }
    }

    private CompletionStage<ForeignEvent> check(ReceivedEvent received, IdempotencyKey key) {
        CloudEvent event = received.event();
        Optional<DeviceId> device = device(event);
        Optional<FeedId> group = Optional.ofNullable(event.getExtension("group"))
                .map(name -> GroupEndpoints.parseGroup(name.toString()));
        if (device.isEmpty() && group.isEmpty()) {
            throw invalid("the extension deviceid is missing: it names the device; or group, if it is for a group");
        }
        ObjectNode feedJson = feedJson(received);
        return deviceFeeds(device)
                .thenCombine(
                        targetGroup(group),
                        (feeds, namedGroup) ->
                                recipientResolver.of(feeds, namedGroup, () -> new ForeignEventFacts(event)))
                .thenCompose(to -> to)
                .thenApply(to -> ForeignEvent.of(key, to, feedJson.has("time"), bytes(feedJson)));
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

    private static Optional<DeviceId> device(CloudEvent event) {
        return Optional.ofNullable(event.getExtension("deviceid")).map(device -> {
            if (!DeviceId.isValid(device.toString())) {
                throw invalid("deviceid must be " + DeviceId.FORM);
            }
            return new DeviceId(device.toString());
        });
    }

    /** The members of the event that the feed keeps; without a time if the event has none. */
    private static ObjectNode feedJson(ReceivedEvent received) {
        CloudEvent event = received.event();
        requireLength("id", event.getId());
        requireLength("source", event.getSource().toString());
        requireLength("type", event.getType());
        if (event.getType().startsWith(OWN_TYPE_PREFIX)) {
            throw invalid("type must not begin with " + OWN_TYPE_PREFIX);
        }
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("type", event.getType());
        if (event.getSubject() != null) {
            requireLength("subject", event.getSubject());
            json.put("subject", event.getSubject());
        }
        if (event.getTime() != null) {
            json.put("time", Timestamps.format(event.getTime().toInstant()));
        }
        json.put("originsource", event.getSource().toString());
        json.put("originid", event.getId());
        if (event.getDataSchema() != null) {
            requireLength("dataschema", event.getDataSchema().toString());
            json.put("dataschema", event.getDataSchema().toString());
        }
        Set<String> extensions = event.getExtensionNames();
        if (extensions.size() > EXTENSIONS_MAX) {
            throw invalid("an event may have " + EXTENSIONS_MAX + " extensions at most");
        }
        for (String name : extensions) {
            if (RESERVED.contains(name)) {
                throw invalid("the extension " + name + " is the feed's own");
            }
            Object value = event.getExtension(name);
            if (value instanceof Boolean flag) {
                json.put(name, flag);
            } else if (value instanceof Integer number) {
                json.put(name, number);
            } else if (value != null) {
                requireLength(name, value.toString());
                json.put(name, value.toString());
            }
        }
        putData(json, received);
        return json;
    }

    private static void putData(ObjectNode json, ReceivedEvent received) {
        CloudEventData data = received.event().getData();
        if (data == null) {
            return;
        }
        String given = received.event().getDataContentType();
        String type = given == null ? "application/json" : given;
        requireLength("datacontenttype", type);
        json.put("datacontenttype", type);
        String mediaType = ApiHandler.mediaType(type);
        boolean isJson = mediaType.equals("application/json") || mediaType.endsWith("+json");
        byte[] bytes =
                isJson && received.data().isPresent() ? bytes(received.data().get()) : data.toBytes();
        if (bytes.length > DATA_BYTES_MAX) {
            throw new ProblemException(Problem.tooLarge("data may have " + DATA_BYTES_MAX + " bytes at most"));
        }
        if (isJson) {
            json.set("data", received.data().orElseGet(() -> Json.parse(bytes)));
        } else if (mediaType.startsWith("text/")) {
            json.put("data", StrictText.decode("data", bytes));
        } else {
            json.put("data_base64", Base64.getEncoder().encodeToString(bytes));
        }
    }

    private static void requireLength(String name, String value) {
        if (value.isEmpty() || value.length() > ATTRIBUTE_LENGTH_MAX) {
            throw invalid(name + " must have 1 to " + ATTRIBUTE_LENGTH_MAX + " characters");
        }
    }

    private static byte[] bytes(@Nullable JsonNode json) {
        try {
            return Json.MAPPER.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always JSON", e);
        }
    }

    private static String firstLineOfMessage(RuntimeException e) {
        Throwable cause = e.getCause() instanceof IOException ? e.getCause() : e;
        String message = String.valueOf(cause.getMessage());
        int line = message.indexOf('\n');
        return line < 0 ? message : message.substring(0, line);
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(Problem.invalidRequest(detail));
    }
}
