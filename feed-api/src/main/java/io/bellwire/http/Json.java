package io.bellwire.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bellwire.json.WrittenNumbers;
import java.io.IOException;
import java.util.Set;

/**
 * Parses JSON of requests: refuses duplicate names, text after the value, and values that are too deep; keeps numbers
 * as they were written. {@link #MAPPER} also writes JSON.
 */
final class Json {
    static final int DEPTH_MAX = 64;
    static final int NUMBER_LENGTH_MAX = 100;

    static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_MAX)
                            .maxNumberLength(NUMBER_LENGTH_MAX)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .addModule(WrittenNumbers.module())
            .build();

    private Json() {}

    /** The JSON value of {@code body}; throws a {@link ProblemException} (400) that says where it is not valid. */
    static JsonNode parse(byte[] body) {
        if (body.length == 0) {
            throw new ProblemException(Problem.invalidRequest("the body is empty; JSON is expected"));
        }
        try (JsonParser parser = MAPPER.getFactory().createParser(body)) {
            JsonNode json = MAPPER.readTree(parser);
            if (json == null || json.isMissingNode()) {
                throw new ProblemException(Problem.invalidRequest("the body is empty; JSON is expected"));
            }
            if (parser.nextToken() != null) {
                throw new ProblemException(Problem.invalidRequest("the body goes on after the JSON value"));
            }
            StrictText.requireWholeCharacters(body, json);
            return json;
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null
                    ? ""
                    : " at line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr();
            throw new ProblemException(Problem.invalidRequest(
                    "the body is not valid JSON" + where + ": " + shorten(e.getOriginalMessage())));
        } catch (IOException e) {
            throw new ProblemException(Problem.invalidRequest("the body is not valid UTF-8 JSON"));
        }
    }

    /** The JSON of a tree, UTF-8. */
    static byte[] bytes(JsonNode json) {
        try {
            return MAPPER.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always JSON", e);
        }
    }

    private static String shorten(String message) {
        return message.length() > 200 ? message.substring(0, 200) + "..." : message;
    }

    /**
     * Throws a {@link ProblemException} (400) if {@code json} is not an object, or has a field that is not in
     * {@code known}.
     */
    static void requireFields(JsonNode json, Set<String> known) {
        if (!json.isObject()) {
            throw new ProblemException(Problem.invalidRequest("the body must be a JSON object"));
        }
        json.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                throw new ProblemException(Problem.invalidRequest("unknown field \"" + shorten(name) + "\""));
            }
        });
    }
}
