package io.bellwire.factor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.document.Document;
import io.bellwire.log.FeedId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * The second factor of an account as a {@link Document}. A new secret stands beside the confirmed one until it is
 * confirmed itself. The last step whose code was used is a document of its own, whose JSON is a number: it is read and
 * written on the log's writer's thread, where nothing is parsed. Immutable.
 */
record FactorDocument(Optional<Enrolment> confirmed, Optional<Enrolment> pending) {
    static final FactorDocument NONE = new FactorDocument(Optional.empty(), Optional.empty());

    private static final ObjectMapper MAPPER = JsonMapper.builder().build();
    private static final String CONFIRMED = "confirmed";
    private static final String PENDING = "pending";

    /** The key of an account's factor. */
    static String keyOf(FeedId account) {
        return "second-factor/" + account.path();
    }

    /** The key of the last step whose code was used. */
    static String stepKeyOf(FeedId account) {
        return "second-factor-step/" + account.path();
    }

    static Document ofStep(FeedId account, long step) {
        return new Document(stepKeyOf(account), Long.toString(step).getBytes(StandardCharsets.US_ASCII));
    }

    static long stepIn(Document document) {
        return Long.parseLong(new String(document.json(), StandardCharsets.US_ASCII));
    }

    static FactorDocument of(Document document) {
        try {
            JsonNode json = MAPPER.readTree(document.json());
            return new FactorDocument(enrolment(json.path(CONFIRMED)), enrolment(json.path(PENDING)));
        } catch (IOException e) {
            throw new UncheckedIOException(document + " is not valid: " + e.getMessage(), e);
        }
    }

    private static Optional<Enrolment> enrolment(JsonNode json) {
        return json.isObject()
                ? Optional.of(new Enrolment(
                        json.path("sealed").asText(),
                        Instant.ofEpochMilli(json.path("created_millis").asLong())))
                : Optional.empty();
    }

    Document toDocument(FeedId account) {
        ObjectNode json = MAPPER.createObjectNode();
        confirmed.ifPresent(enrolment -> putInto(json.putObject(CONFIRMED), enrolment));
        pending.ifPresent(enrolment -> putInto(json.putObject(PENDING), enrolment));
        return new Document(keyOf(account), json.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void putInto(ObjectNode json, Enrolment enrolment) {
        json.put("sealed", enrolment.sealed());
        json.put("created_millis", enrolment.createdAt().toEpochMilli());
    }

    FactorDocument withPending(Enrolment enrolment) {
        return new FactorDocument(confirmed, Optional.of(enrolment));
    }

    /** The pending secret is the confirmed one from now on. */
    FactorDocument confirmPending() {
        return new FactorDocument(pending, Optional.empty());
    }

    FactorStatus status() {
        return new FactorStatus(
                confirmed.isPresent() || pending.isPresent(),
                confirmed.isPresent(),
                confirmed.or(() -> pending).map(Enrolment::createdAt));
    }
}
