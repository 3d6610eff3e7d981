package io.bellwire.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.log.DeviceId;
import io.bellwire.log.FeedId;
import io.bellwire.log.Timestamps;
import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.jackson.JsonFormat;
import java.io.IOException;
import java.net.URI;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;

/**
 * Another back end's event as it was received. Each method throws a {@link ProblemException} that names what is wrong
 * with the event. Immutable by agreement.
 *
 * @param data the JSON data of a structured event, since the SDK would read its numbers as floating point
 */
record ReceivedEvent(CloudEvent event, Optional<JsonNode> data) {
    static final int DATA_BYTES_MAX = 64 << 10;
    static final int ATTRIBUTE_LENGTH_MAX = 1_024;
    static final int EXTENSIONS_MAX = 16;
    private static final String OWN_TYPE_PREFIX = "io.bellwire.";
    /** Members that the feed sets itself; an extension of the same name would make a second one. */
    private static final Set<String> RESERVED =
            Set.of("revision", "originsource", "originid", "data", "datacontenttype");

    private static final JsonFormat FORMAT = new JsonFormat();

    /**
     * The event that this JSON is.
     *
     * @param messagePrefix begins each message, and says which event of several it is
     */
    static ReceivedEvent structured(JsonNode json, String messagePrefix) {
        if (!json.isObject()) {
            throw invalid(messagePrefix + "not a CloudEvent: it must be a JSON object");
        }
        try {
            return new ReceivedEvent(FORMAT.deserialize(Json.bytes(json)), Optional.ofNullable(json.get("data")));
        } catch (RuntimeException e) { // the SDK throws several kinds for what is not a CloudEvent
            throw invalid(messagePrefix + "not a CloudEvent: " + firstLineOfMessage(e));
        }
    }

    /** The event whose attributes are the headers that begin with {@code ce-}, and whose data is the body. */
    static ReceivedEvent binary(HttpFields headers, byte[] body) {
        if (!"1.0".equals(headers.get("ce-specversion"))) {
            throw invalid("ce-specversion must be 1.0");
        }
        CloudEventBuilder builder = CloudEventBuilder.v1();
        try {
            for (HttpField field : headers) {
                String name = field.getName().toLowerCase(Locale.ROOT);
                if (name.startsWith("ce-") && !name.equals("ce-specversion")) {
                    setAttribute(
                            builder,
                            name.substring("ce-".length()),
                            StrictText.percentDecode(name, String.valueOf(field.getValue())));
                }
            }
            String type = headers.get("Content-Type");
            if (body.length > 0) {
                builder.withData(type == null ? "application/json" : type, body);
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

    /** The device that the event is for. */
    Optional<DeviceId> device() {
        return Optional.ofNullable(event.getExtension("deviceid")).map(device -> {
            if (!DeviceId.isValid(device.toString())) {
                throw invalid("deviceid must be " + DeviceId.FORM);
            }
            return new DeviceId(device.toString());
        });
    }

    /** The group that the event is for. */
    Optional<FeedId> group() {
        return Optional.ofNullable(event.getExtension("group")).map(name -> GroupEndpoints.parseGroup(name.toString()));
    }

    /** The members of the event that the feed keeps; without a time if the event has none. */
    ObjectNode feedJson() {
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
        putData(json);
        return json;
    }

    private void putData(ObjectNode json) {
        CloudEventData content = event.getData();
        if (content == null) {
            return;
        }
        String given = event.getDataContentType();
        String type = given == null ? "application/json" : given;
        requireLength("datacontenttype", type);
        json.put("datacontenttype", type);
        String mediaType = ApiHandler.mediaType(type);
        boolean isJson = mediaType.equals("application/json") || mediaType.endsWith("+json");
        byte[] bytes = isJson && data.isPresent() ? Json.bytes(data.get()) : content.toBytes();
        if (bytes.length > DATA_BYTES_MAX) {
            throw new ProblemException(Problem.tooLarge("data may have " + DATA_BYTES_MAX + " bytes at most"));
        }
        if (isJson) {
            json.set("data", data.orElseGet(() -> Json.parse(bytes)));
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
