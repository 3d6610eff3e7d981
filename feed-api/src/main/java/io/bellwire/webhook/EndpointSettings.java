package io.bellwire.webhook;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a partner chooses for an endpoint, its URL excepted. Immutable; the constructor throws {@link
 * InvalidEndpointException} that names the field.
 *
 * @param types which changes the endpoint gets: patterns of their types, in which {@code *} is any text
 * @param headers headers that each call has, encrypted; empty for none
 * @param contacts e-mail addresses that are told what happens to the endpoint
 * @param isAcknowledging whether the partner acknowledges what it has processed, so that an endpoint that answers 2xx
 *     and does not is suspicious
 */
public record EndpointSettings(
        List<String> types,
        CallPayload payload,
        CallOrdering ordering,
        CallLimits limits,
        Set<SignatureScheme> signatures,
        SealedHeaders headers,
        List<String> contacts,
        boolean isAcknowledging) {
    public static final int TYPES_MAX = 32;
    public static final int TYPE_LENGTH_MAX = 128;
    public static final int CONTACTS_MAX = 5;
    public static final int CONTACT_LENGTH_MAX = 254;

    private static final Set<SignatureScheme> V1 = Set.of(SignatureScheme.V1);

    /** What an endpoint has that says nothing about it. */
    public static final EndpointSettings DEFAULT = new EndpointSettings(
            List.of("*"),
            CallPayload.SIGNAL,
            CallOrdering.FEED,
            CallLimits.DEFAULT,
            V1,
            SealedHeaders.NONE,
            List.of(),
            true);

    public EndpointSettings {
        types = List.copyOf(types);
        // most endpoints have these, so that thousands share them
        limits = limits.equals(CallLimits.DEFAULT) ? CallLimits.DEFAULT : limits;
        headers = headers.isEmpty() ? SealedHeaders.NONE : headers;
        signatures = signatures.equals(V1) ? V1 : Set.copyOf(signatures);
        contacts = List.copyOf(contacts);
        requireEach("types", types, TYPES_MAX, TYPE_LENGTH_MAX);
        if (types.isEmpty()) {
            throw new InvalidEndpointException("types must name at least one pattern; * is all");
        }
        if (signatures.isEmpty()) {
            throw new InvalidEndpointException("signatures must name at least one of v1, v1a");
        }
        requireEach("contacts", contacts, CONTACTS_MAX, CONTACT_LENGTH_MAX);
        contacts.forEach(EndpointSettings::requireAddress);
        if (ordering == CallOrdering.FEED && limits.parallelism() > 1) {
            throw new InvalidEndpointException(
                    "parallelism must be 1 if ordering is feed: choose order or none for parallel calls");
        }
        if (ordering != CallOrdering.FEED && limits.batchMax() > 1) {
            throw new InvalidEndpointException("batch_max must be 1 if ordering is not feed");
        }
        if (ordering != CallOrdering.FEED && payload == CallPayload.SIGNAL) {
            throw new InvalidEndpointException("ordering must be feed if payload is signal");
        }
    }

    private static void requireEach(String field, Collection<String> texts, int countMax, int lengthMax) {
        if (texts.size() > countMax) {
            throw new InvalidEndpointException(field + " must be at most " + countMax + ", are " + texts.size());
        }
        if (new HashSet<>(texts).size() < texts.size()) {
            throw new InvalidEndpointException(field + " must not name one twice");
        }
        for (String text : texts) {
            if (text.isEmpty() || text.length() > lengthMax || !text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                throw new InvalidEndpointException(
                        field + " must be 1 to " + lengthMax + " visible ASCII characters each");
            }
        }
    }

    private static void requireAddress(String text) {
        int at = text.indexOf('@');
        if (at < 1
                || at != text.lastIndexOf('@')
                || at == text.length() - 1
                || text.matches(".*[<>,;:\"()\\[\\]\\\\].*")) {
            throw new InvalidEndpointException("contacts must be e-mail addresses, such as ops@partner.example");
        }
    }
}
