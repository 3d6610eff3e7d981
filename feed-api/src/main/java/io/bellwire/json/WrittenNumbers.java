package io.bellwire.json;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;

/**
 * Reads JSON into trees that write each number exactly as it was read. Jackson's own trees keep a number's value, and
 * write 1E400 as 1E+400. The parser's own limit bounds the depth of the recursion. Thread-safe.
 */
public final class WrittenNumbers extends StdDeserializer<JsonNode> {
    private static final long serialVersionUID = 1L;

    private WrittenNumbers() {
        super(JsonNode.class);
    }

    /** The Jackson module that makes a mapper read its trees with this class. */
    public static Module module() {
        return new SimpleModule("numbers as written").addDeserializer(JsonNode.class, new WrittenNumbers());
    }

    @Override
    public JsonNode deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        return value(parser, context.getNodeFactory());
    }

    @Override
    public JsonNode getNullValue(DeserializationContext context) {
        return NullNode.getInstance();
    }

    private static JsonNode value(JsonParser parser, JsonNodeFactory nodes) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser, nodes);
            case START_ARRAY -> array(parser, nodes);
            case VALUE_STRING -> nodes.textNode(parser.getText());
            case VALUE_NUMBER_INT -> wholeNumber(parser, nodes);
            case VALUE_NUMBER_FLOAT -> writtenNumber(parser);
            case VALUE_TRUE -> nodes.booleanNode(true);
            case VALUE_FALSE -> nodes.booleanNode(false);
            case VALUE_NULL -> nodes.nullNode();
            default -> throw new JsonParseException(parser, "a value is expected");
        };
    }

    private static ObjectNode object(JsonParser parser, JsonNodeFactory nodes) throws IOException {
        ObjectNode object = nodes.objectNode();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            object.set(name, value(parser, nodes));
        }
        return object;
    }

    private static ArrayNode array(JsonParser parser, JsonNodeFactory nodes) throws IOException {
        ArrayNode array = nodes.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(parser, nodes));
        }
        return array;
    }

    private static JsonNode wholeNumber(JsonParser parser, JsonNodeFactory nodes) throws IOException {
        return switch (parser.getNumberType()) {
            // the value 0 would write -0 as 0
            case INT ->
                parser.getIntValue() == 0 && parser.getTextLength() > 1
                        ? writtenNumber(parser)
                        : nodes.numberNode(parser.getIntValue());
            case LONG -> nodes.numberNode(parser.getLongValue());
            default -> nodes.numberNode(parser.getBigIntegerValue());
        };
    }

    private static JsonNode writtenNumber(JsonParser parser) throws IOException {
        String text = parser.getText();
        try {
            return new WrittenNumber(text, new BigDecimal(text));
        } catch (NumberFormatException e) {
            throw new JsonParseException(parser, "a number whose exponent is out of range", e);
        }
    }
}
