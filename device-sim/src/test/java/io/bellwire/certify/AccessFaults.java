package io.bellwire.certify;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** Faults that break a rule about errors, access rights or secrets. */
final class AccessFaults {
    private AccessFaults() {}

    static Stream<HttpFault> all() {
        return Stream.of(refusals(), secrets()).flatMap(List::stream);
    }

    /** Repeats a request that is refused with this status with the operator's token. */
    static Distortion everybodyIsOperator(int status) {
        return (request, upstream) -> {
            ProxiedResponse response = upstream.send(request);
            return response.status() == status ? upstream.send(request.withToken(upstream.operatorToken())) : response;
        };
    }

    private static List<HttpFault> refusals() {
        return List.of(
                new HttpFault(
                        "unknown-field-refused-by-name",
                        "does not name the field",
                        "a detail that names colour",
                        (request, upstream) ->
                                upstream.send(request).withObject(400, problem -> problem.put("detail", "no"))),
                new HttpFault(
                        "unknown-field-refused-by-name",
                        "overlooks parameters that it does not know",
                        "expected 400",
                        (request, upstream) ->
                                upstream.send(request.withPath(request.path().replace("?colour=red", "")))),
                new HttpFault(
                        "problem-json-everywhere",
                        "sends errors as plain JSON",
                        "Content-Type of the 400",
                        (request, upstream) -> {
                            ProxiedResponse response = upstream.send(request);
                            return response.status() >= 400
                                    ? response.withHeader("Content-Type", "application/json")
                                    : response;
                        }),
                new HttpFault(
                        "problem-json-everywhere",
                        "has errors without a type",
                        "expected type of the 405",
                        (request, upstream) -> upstream.send(request)
                                .withObject(405, problem -> problem.put("type", "urn:bellwire:problem:other"))),
                new HttpFault(
                        "problem-json-everywhere",
                        "does not say what is allowed",
                        "expected Allow",
                        (request, upstream) -> upstream.send(request).withHeader("Allow", "")),
                new HttpFault(
                        "token-is-needed",
                        "takes every caller for the operator",
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
                        (request, upstream) -> request.is("POST", ".*/secret\\?.*")
                                ? upstream.send(new ProxiedRequest(
                                                "GET",
                                                request.path().replaceFirst("/secret.*", ""),
                                                request.headers(),
                                                ""))
                                        .withObject(200, registration -> registration.put("secret", "new"))
                                : upstream.send(request)),
                new HttpFault(
                        "rotated-secret-ends-the-old",
                        "ends the old secret in spite of an overlap",
                        "200 to GET",
                        (request, upstream) -> upstream.send(
                                request.withPath(request.path().replaceFirst("overlap_s=\\d+", "overlap_s=0")))),
                new HttpFault(
                        "rotated-secret-ends-the-old",
                        "keeps an old secret that was revoked",
                        "401 to GET",
                        (request, upstream) -> request.is("DELETE", ".*/secret/old")
                                ? upstream.send(new ProxiedRequest(
                                                "GET",
                                                request.path().replace("/secret/old", ""),
                                                request.headers(),
                                                ""))
                                        .withStatus(204)
                                : upstream.send(request)),
                new HttpFault(
                        "disabled-device-is-cut",
                        "does not disable",
                        "401 to GET",
                        (request, upstream) -> request.method().equals("DELETE")
                                ? upstream.send(new ProxiedRequest("GET", request.path(), request.headers(), ""))
                                        .withStatus(204)
                                : upstream.send(request)));
    }

    private static Distortion secretIsShownAgain() {
        AtomicReference<String> secret = new AtomicReference<>("");
        return (request, upstream) -> {
            ProxiedResponse response = upstream.send(request);
            if (!request.method().equals("PUT")) {
                return response;
            }
            if (response.status() == 201) {
                secret.set(response.json().path("secret").asText());
            }
            return response.withObject(200, registration -> registration.put("secret", secret.get()));
        };
    }
}
