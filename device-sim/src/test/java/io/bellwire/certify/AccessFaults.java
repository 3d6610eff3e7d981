package io.bellwire.certify;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** Servers that break a rule of errors, of who may do what, or of secrets. */
final class AccessFaults {
    private AccessFaults() {}

    static Stream<HttpFault> all() {
        return Stream.of(refusals(), secrets()).flatMap(List::stream);
    }

    /** Whoever is refused with this status is taken for the operator. */
    private static Distortion everybodyIsOperator(int status) {
        return (asked, upstream) -> {
            Told told = upstream.ask(asked);
            return told.status() == status ? upstream.ask(asked.withToken(upstream.operatorToken())) : told;
        };
    }

    private static List<HttpFault> refusals() {
        return List.of(
                new HttpFault(
                        "unknown-field-refused-by-name",
                        "does not name the field",
                        "a detail that names colour",
                        (asked, upstream) ->
                                upstream.ask(asked).withObject(400, problem -> problem.put("detail", "no"))),
                new HttpFault(
                        "unknown-field-refused-by-name",
                        "overlooks parameters that it does not know",
                        "expected 400",
                        (asked, upstream) ->
                                upstream.ask(asked.withPath(asked.path().replace("?colour=red", "")))),
                new HttpFault(
                        "problem-json-everywhere",
                        "tells errors as plain JSON",
                        "Content-Type of the 400",
                        (asked, upstream) -> {
                            Told told = upstream.ask(asked);
                            return told.status() >= 400 ? told.withHeader("Content-Type", "application/json") : told;
                        }),
                new HttpFault(
                        "problem-json-everywhere",
                        "has errors without a type",
                        "expected type of the 405",
                        (asked, upstream) -> upstream.ask(asked)
                                .withObject(405, problem -> problem.put("type", "urn:bellwire:problem:other"))),
                new HttpFault(
                        "problem-json-everywhere",
                        "does not say what is allowed",
                        "expected Allow",
                        (asked, upstream) -> upstream.ask(asked).withHeader("Allow", "")),
                new HttpFault(
                        "token-is-needed",
                        "takes everybody for the operator",
                        "expected 401",
                        everybodyIsOperator(401)),
                new HttpFault(
                        "device-reads-own-feed-only",
                        "shows a device the feed of another",
                        "expected 403",
                        everybodyIsOperator(403)),
                new HttpFault(
                        "device-reads-own-feed-only",
                        "shows a device the order of another",
                        "another's order",
                        everybodyIsOperator(404)));
    }

    private static List<HttpFault> secrets() {
        return List.of(
                new HttpFault("secret-shown-once", "shows the secret again", "no secret when", secretIsShownAgain()),
                new HttpFault(
                        "rotated-secret-ends-the-old",
                        "goes on to take the old secret",
                        "401 to GET",
                        everybodyIsOperator(401)),
                new HttpFault(
                        "rotated-secret-ends-the-old",
                        "shows a new secret and keeps the old",
                        "401 to GET",
                        (asked, upstream) -> asked.is("POST", ".*/secret")
                                ? upstream.ask(new Asked(
                                                "GET", asked.path().replace("/secret", ""), asked.headers(), ""))
                                        .withObject(200, shown -> shown.put("secret", "new"))
                                : upstream.ask(asked)),
                new HttpFault(
                        "disabled-device-is-cut",
                        "does not disable",
                        "401 to GET",
                        (asked, upstream) -> asked.method().equals("DELETE")
                                ? upstream.ask(new Asked("GET", asked.path(), asked.headers(), ""))
                                        .withStatus(204)
                                : upstream.ask(asked)));
    }

    private static Distortion secretIsShownAgain() {
        AtomicReference<String> secret = new AtomicReference<>("");
        return (asked, upstream) -> {
            Told told = upstream.ask(asked);
            if (!asked.method().equals("PUT")) {
                return told;
            }
            if (told.status() == 201) {
                secret.set(told.json().path("secret").asText());
            }
            return told.withObject(200, shown -> shown.put("secret", secret.get()));
        };
    }
}
