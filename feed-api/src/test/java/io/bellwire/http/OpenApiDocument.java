package io.bellwire.http;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The OpenAPI document: its operations, parameters and schemas. Thread-safe. */
final class OpenApiDocument {
    static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

    static final OpenApiDocument SERVED = load();

    private final JsonNode root;
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private final Map<JsonNode, Schema> schemas = new ConcurrentHashMap<>();
    private final List<Operation> operations = new ArrayList<>();

    /**
     * One operation of the document.
     *
     * @param method in capitals
     */
    record Operation(String method, String template, JsonNode json) {
        private boolean isAt(String path) {
            return path.matches(template.replace(".", "\\.").replaceAll("\\{[a-z]+}", "[^/]+"));
        }

        private long variables() {
            return template.chars().filter(c -> c == '{').count();
        }

        @Override
        public String toString() {
            return method + " " + template;
        }
    }

    private OpenApiDocument(JsonNode root) {
        this.root = root;
        root.path("paths").properties().forEach(path -> path.getValue().properties().stream()
                .filter(field -> METHODS.contains(field.getKey()))
                .forEach(field -> operations.add(new Operation(
                        field.getKey().toUpperCase(java.util.Locale.ROOT), path.getKey(), field.getValue()))));
    }

    private static OpenApiDocument load() {
        try (InputStream in = OpenApiDocument.class.getResourceAsStream("/openapi.json")) {
            return new OpenApiDocument(MAPPER.readTree(in));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    JsonNode root() {
        return root;
    }

    List<Operation> operations() {
        return List.copyOf(operations);
    }

    /** The operation of a request; a literal path is preferred to one with parameters. */
    Optional<Operation> operation(String method, String path) {
        return operations.stream()
                .filter(operation -> operation.isAt(path))
                .min(Comparator.comparingLong(Operation::variables))
                .map(Operation::template)
                .flatMap(template -> operations.stream()
                        .filter(operation -> operation.template().equals(template)
                                && operation.method().equals(method.equals("HEAD") ? "GET" : method))
                        .findFirst());
    }

    /** The parameters of the operation that are in {@code place}: path, query or header. */
    Set<String> parameters(Operation operation, String place) {
        return StreamSupport.stream(operation.json().path("parameters").spliterator(), false)
                .map(this::resolve)
                .filter(parameter -> parameter.path("in").asText().equals(place))
                .map(parameter -> parameter.path("name").asText())
                .collect(Collectors.toSet());
    }

    /** {@code node}, or what it refers to. */
    JsonNode resolve(JsonNode node) {
        JsonNode resolved = node;
        while (resolved.has("$ref")) {
            resolved = root.at(resolved.path("$ref").asText().substring(1));
        }
        return resolved;
    }

    /** What is wrong with {@code value} by the schema, which is part of this document. */
    List<String> errors(JsonNode schema, JsonNode value) {
        Schema compiled = schemas.computeIfAbsent(schema, json -> {
            ObjectNode whole = json.deepCopy();
            whole.set("components", root.path("components"));
            return registry.getSchema(whole);
        });
        return compiled
                .validate(value, context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
                .stream()
                .map(Error::toString)
                .toList();
    }
}
