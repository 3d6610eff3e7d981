package io.bellwire.delivery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.bellwire.log.Change;
import io.bellwire.log.Event;
import io.bellwire.log.EventJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/** Makes the payload {@code event} of a change: the change without its data and the data's content type. */
final class EventWithoutData {
    private static final JsonFactory JSON = new JsonFactory();
    private static final Set<String> LEFT_OUT = Set.of("data", "data_base64", "datacontenttype");
    /** What this program's own events have before their data. */
    private static final byte[] BEFORE_DATA =
            ",\"datacontenttype\":\"application/json\",\"data\":".getBytes(StandardCharsets.US_ASCII);

    private EventWithoutData() {}

    static Change of(Change change) {
        Event event = change.event();
        EventJson json = new EventJson(withoutData(event.json()), 0);
        return new Change(
                change.revision(),
                new Event(event.eventNumber(), event.atMillis(), json, event.subject(), event.checksum()),
                change.chain());
    }

    private static byte[] withoutData(EventJson json) {
        byte[] bytes = json.bytes();
        int end = json.dataOffset() - BEFORE_DATA.length;
        if (end > 0 && Arrays.equals(bytes, end, json.dataOffset(), BEFORE_DATA, 0, BEFORE_DATA.length)) {
            byte[] kept = Arrays.copyOf(bytes, end + 1);
            kept[end] = '}';
            return kept;
        }
        return copyWithoutData(json);
    }

    /** For the events of other back ends, in which the data may be anywhere and have another name. */
    private static byte[] copyWithoutData(EventJson json) {
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        try (JsonParser from = JSON.createParser(json.object());
                JsonGenerator to = JSON.createGenerator(copy)) {
            from.nextToken();
            to.writeStartObject();
            while (from.nextToken() == JsonToken.FIELD_NAME) {
                boolean isKept = !LEFT_OUT.contains(from.currentName());
                if (isKept) {
                    to.writeFieldName(from.currentName());
                }
                from.nextToken();
                if (isKept) {
                    to.copyCurrentStructure(from);
                } else {
                    from.skipChildren();
                }
            }
            to.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("the log has an event that is not JSON", e);
        }
        byte[] object = copy.toByteArray();
        return Arrays.copyOfRange(object, 1, object.length); // without the opening brace, as the log keeps events
    }
}
