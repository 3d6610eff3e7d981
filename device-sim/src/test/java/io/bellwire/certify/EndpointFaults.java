package io.bellwire.certify;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Faults that break a rule about the endpoints of partners. */
final class EndpointFaults {
    private static final String ENDPOINT = ".*/endpoints/.*";

    private EndpointFaults() {}

    static Stream<HttpFault> all() {
        return Stream.of(
                new HttpFault(
                        "endpoint-url-needs-a-code",
                        "needs no code",
                        "expected 403",
                        (request, upstream) -> answered(403, 201, upstream.send(request))),
                new HttpFault(
                        "endpoint-url-needs-a-code",
                        "takes a wrong code",
                        "expected 403",
                        (request, upstream) -> request.headers().containsKey(TestFactor.CODE_HEADER)
                                ? answered(403, 201, upstream.send(request))
                                : upstream.send(request)),
                new HttpFault(
                        "endpoint-url-needs-a-code",
                        "takes a code a second time",
                        "/endpoints/second",
                        codeIsTakenTwice()),
                new HttpFault(
                        "endpoint-url-needs-a-code",
                        "sets what it refuses",
                        "endpoints",
                        (request, upstream) -> upstream.send(request).with("\"endpoints\":\\[]", "\"endpoints\":[{}]")),
                new HttpFault(
                        "endpoint-secret-shown-once",
                        "shows the secret again",
                        "no secret in what is shown later",
                        (request, upstream) -> request.is("GET", ENDPOINT)
                                ? upstream.send(request)
                                        .withObject(200, endpoint -> endpoint.put("secret", "whsec_AA=="))
                                : upstream.send(request)),
                new HttpFault(
                        "endpoint-secret-shown-once",
                        "shows the values of headers",
                        "no value of a header",
                        (request, upstream) ->
                                upstream.send(request).with("\"X-Key\"", "\"X-Key: value-that-is-not-shown\"")),
                new HttpFault(
                        "endpoint-secret-shown-once",
                        "shows no secret at all",
                        "a secret whsec_",
                        (request, upstream) -> request.is("PUT", ENDPOINT)
                                ? upstream.send(request).withObject(201, endpoint -> endpoint.remove("secret"))
                                : upstream.send(request)),
                new HttpFault(
                        "endpoint-url-is-public-https",
                        "takes every URL",
                        "expected 400",
                        (request, upstream) -> upstream.send(
                                request.is("PUT", ENDPOINT)
                                        ? request.withBody(
                                                HttpReply.JSON.readTree("{\"url\":\"https://receiver.invalid/hook\"}"))
                                        : request)),
                new HttpFault(
                        "endpoint-url-is-public-https",
                        "takes private addresses",
                        "expected 400",
                        (request, upstream) -> request.body().contains("10.0.0.1")
                                ? answered(400, 201, upstream.send(request))
                                : upstream.send(request)),
                new HttpFault(
                        "endpoint-settings-by-name",
                        "gives its default to what is not named",
                        "expected payload full",
                        (request, upstream) -> request.is("PATCH", ENDPOINT)
                                ? upstream.send(request).withObject(200, endpoint -> endpoint.put("payload", "signal"))
                                : upstream.send(request)),
                new HttpFault(
                        "endpoint-settings-by-name",
                        "ignores null",
                        "expected payload signal",
                        (request, upstream) ->
                                upstream.send(request).with("\"payload\":\"signal\"", "\"payload\":\"full\"")),
                new HttpFault(
                        "endpoint-settings-by-name",
                        "does not delete",
                        "404 to GET",
                        (request, upstream) -> request.is("DELETE", ENDPOINT)
                                ? upstream.send(new ProxiedRequest("GET", request.path(), request.headers(), ""))
                                        .withStatus(204)
                                : upstream.send(request)),
                new HttpFault(
                        "endpoint-own-partner-only",
                        "shows a partner the endpoints of another",
                        "expected 403",
                        AccessFaults.everybodyIsOperator(403)));
    }

    /** A response to which the status {@code other} is given if it has the status {@code wanted}. */
    private static ProxiedResponse answered(int wanted, int other, ProxiedResponse response) {
        return response.status() == wanted ? response.withStatus(other) : response;
    }

    private static Distortion codeIsTakenTwice() {
        Set<String> taken = ConcurrentHashMap.newKeySet();
        return (request, upstream) -> {
            ProxiedResponse response = upstream.send(request);
            String code = request.headers().getOrDefault(TestFactor.CODE_HEADER, "");
            if (response.status() == 201 && !code.isEmpty()) {
                taken.add(code);
            }
            return taken.contains(code) ? answered(403, 201, response) : response;
        };
    }
}
