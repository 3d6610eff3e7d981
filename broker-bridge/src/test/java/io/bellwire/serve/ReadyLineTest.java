package io.bellwire.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReadyLineTest {
    private static final URI HTTP = URI.create("http://127.0.0.1:8080");
    private static final URI MQTT = URI.create("mqtt://127.0.0.1:1883");
    private static final URI WS = URI.create("ws://127.0.0.1:8083/mqtt");

    @Test
    void lineIsJsonWhateverTheNameOfTheFolder() throws Exception {
        Path file = Path.of("/odd \"folder\"\\with\ttab/operator-token");
        JsonNode line = new ObjectMapper()
                .readTree(new ReadyLine(HTTP, MQTT, Optional.of(WS), Optional.of(file), Optional.empty()).toString());
        assertEquals(true, line.get("ready").booleanValue());
        assertEquals("http://127.0.0.1:8080", line.get("http").textValue());
        assertEquals("mqtt://127.0.0.1:1883", line.get("mqtt").textValue());
        assertEquals("ws://127.0.0.1:8083/mqtt", line.get("ws").textValue());
        assertEquals(file.toString(), line.get("operator_token_file").textValue());
    }

    @Test
    void missingValuesAreLeftOut() {
        assertEquals(
                "{\"ready\":true,\"http\":\"http://127.0.0.1:8080\",\"mqtt\":\"mqtt://127.0.0.1:1883\"}",
                new ReadyLine(HTTP, MQTT, Optional.empty(), Optional.empty(), Optional.empty()).toString());
    }
}
