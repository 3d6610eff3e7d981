package io.bellwire.receiver;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Map;

/**
 * What a receiver answers. Immutable.
 *
 * @param body JSON; empty for none
 */
public record ReceiverAnswer(int status, Map<String, String> headers, String body) {
    static final ReceiverAnswer RECEIVED = new ReceiverAnswer(204, Map.of(), "");

    public ReceiverAnswer {
        headers = Map.copyOf(headers);
    }

    /** @param why for the person who reads the sender's records */
    static ReceiverAnswer refusal(int status, String why) {
        return json(status, "error", why);
    }

    static ReceiverAnswer json(int status, String name, String value) {
        return new ReceiverAnswer(
                status,
                Map.of("Content-Type", "application/json"),
                JsonNodeFactory.instance.objectNode().put(name, value).toString());
    }

    ReceiverAnswer withHeader(String name, String value) {
        return new ReceiverAnswer(status, Map.of("Content-Type", "application/json", name, value), body);
    }
}
