package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Cases about the endpoints of partners and the second factor that they need. */
final class EndpointCases {
    static final List<ConformanceCase> ALL = List.of(
            new ConformanceCase(
                    70,
                    "endpoint-url-needs-a-code",
                    "Setting an endpoint's URL takes a code of the caller's second factor: without one, with a wrong one and"
                            + " with one that was used it is 403, and nothing is set.",
                    EndpointCases::urlNeedsACode),
            new ConformanceCase(
                    71,
                    "endpoint-secret-shown-once",
                    "Creating an endpoint shows its secret; reading and changing it do not, and nothing shows the value of a"
                            + " header.",
                    EndpointCases::secretShownOnce),
            new ConformanceCase(
                    72,
                    "endpoint-url-is-public-https",
                    "A URL that is not https, has credentials or a fragment, or names an address that is not public, is 400.",
                    EndpointCases::urlIsPublicHttps),
            new ConformanceCase(
                    73,
                    "endpoint-settings-by-name",
                    "PATCH replaces the settings that are named, and null gives one its default; a deleted endpoint is 404.",
                    EndpointCases::settingsByName),
            new ConformanceCase(
                    74,
                    "endpoint-own-partner-only",
                    "A partner that asks for another partner's endpoints or second factor is refused.",
                    EndpointCases::ownPartnerOnly));

    /** A name that no address belongs to (RFC 6761), so that nobody is called. */
    private static final String URL = "https://receiver.invalid/hook";

    private static final String HEADER_VALUE = "value-that-is-not-shown";
    private static final List<String> BAD_URLS = List.of(
            "http://receiver.invalid/hook",
            "ftp://receiver.invalid/hook",
            "https://user:password@receiver.invalid/hook",
            "https://receiver.invalid/hook#part",
            "https://127.0.0.1/hook",
            "https://10.0.0.1/hook",
            "https://169.254.169.254/latest/meta-data",
            "https://[::1]/hook",
            "https://[fd00::1]/hook",
            "https://[::ffff:192.168.0.1]/hook");

    private EndpointCases() {}

    private static String body(String url) {
        return "{\"url\":\"" + url + "\"}";
    }

    private static HttpReply put(TestPartner partner, String name, String json, String... headers) throws Exception {
        return partner.http().send("PUT", partner.endpoint(name), json, HttpCaller.withType(HttpCaller.JSON, headers));
    }

    private static HttpReply putWithCode(TestPartner partner, String name, String json, String code) throws Exception {
        return put(partner, name, json, TestFactor.CODE_HEADER, code);
    }

    private static List<String> names(TestPartner partner) throws Exception {
        List<String> names = new ArrayList<>();
        partner.http()
                .get(partner.endpoints())
                .expect(200)
                .json()
                .path("endpoints")
                .forEach(endpoint -> names.add(endpoint.path("name").asText()));
        return names;
    }

    private static void urlNeedsACode(CaseContext context) throws Exception {
        TestPartner partner = context.newPartner();
        put(partner, "main", body(URL)).problem(403, "second-factor-required");
        TestFactor factor = TestFactor.enrol(partner);
        put(partner, "main", body(URL)).problem(403, "second-factor-required");
        putWithCode(partner, "main", body(URL), factor.wrongCode()).problem(403, "second-factor-wrong");
        putWithCode(partner, "main", body(URL), factor.usedCode()).problem(403, "second-factor-wrong");
        Expect.same("endpoints", List.of(), names(partner));

        factor.send(code -> putWithCode(partner, "main", body(URL), code)).expect(201);
        putWithCode(partner, "second", body(URL), factor.usedCode()).problem(403, "second-factor-wrong");
        Expect.same("endpoints", List.of("main"), names(partner));
    }

    private static void secretShownOnce(CaseContext context) throws Exception {
        TestPartner partner = context.newPartner();
        String json = "{\"url\":\"" + URL + "\",\"headers\":{\"X-Key\":\"" + HEADER_VALUE + "\"}}";
        HttpReply created = TestFactor.enrol(partner)
                .send(code -> putWithCode(partner, "main", json, code))
                .expect(201);
        String secret = created.json().path("secret").asText();
        Expect.that(secret.matches("whsec_[A-Za-z0-9+/]+=*"), "a secret whsec_...", created.json());
        HttpCaller http = partner.http();
        for (HttpReply reply : List.of(
                http.get(partner.endpoint("main")),
                http.get(partner.endpoints()),
                http.send(
                        "PATCH",
                        partner.endpoint("main"),
                        "{\"payload\":\"full\"}",
                        HttpCaller.withType(HttpCaller.JSON)),
                put(partner, "main", json),
                http.get(partner.path() + "/feed"))) {
            reply.expect(200);
            Expect.that(!reply.text().contains("whsec_"), "no secret in what is shown later", reply.text());
            Expect.that(!reply.text().contains(HEADER_VALUE), "no value of a header", reply.text());
        }
    }

    private static void urlIsPublicHttps(CaseContext context) throws Exception {
        TestPartner partner = context.newPartner();
        for (String url : BAD_URLS) {
            put(partner, "main", body(url)).problem(400, "invalid-request");
        }
        Expect.same("endpoints", List.of(), names(partner));
    }

    private static void settingsByName(CaseContext context) throws Exception {
        TestPartner partner = context.newPartner();
        String json = "{\"url\":\"" + URL + "\",\"payload\":\"full\",\"batch_max\":5}";
        TestFactor.enrol(partner)
                .send(code -> putWithCode(partner, "main", json, code))
                .expect(201);
        expectSettings("full", 7, patch(partner, "{\"batch_max\":7}"));
        expectSettings("signal", 7, patch(partner, "{\"payload\":null}"));
        expectSettings(
                "signal",
                7,
                partner.http().get(partner.endpoint("main")).expect(200).json());

        partner.http().delete(partner.endpoint("main")).expect(204);
        partner.http().get(partner.endpoint("main")).problem(404, "not-found");
        Expect.same("endpoints", List.of(), names(partner));
    }

    private static JsonNode patch(TestPartner partner, String json) throws Exception {
        return partner.http()
                .send("PATCH", partner.endpoint("main"), json, HttpCaller.withType(HttpCaller.JSON))
                .expect(200)
                .json();
    }

    private static void expectSettings(String payload, int batchMax, JsonNode endpoint) throws RuleViolation {
        Expect.same("payload", payload, endpoint.path("payload").asText());
        Expect.same("batch_max", batchMax, endpoint.path("batch_max").asInt());
    }

    private static void ownPartnerOnly(CaseContext context) throws Exception {
        TestPartner acme = context.newPartner();
        TestPartner other = new TestPartner(acme.id(), context.newPartner().http());
        HttpCaller http = other.http();
        http.get(acme.endpoints()).problem(403, "forbidden");
        http.get(acme.endpoint("main")).problem(403, "forbidden");
        put(other, "main", body(URL)).problem(403, "forbidden");
        http.delete(acme.endpoint("main")).problem(403, "forbidden");
        http.send("POST", acme.endpoint("main") + "/secret", "").problem(403, "forbidden");
        http.send("POST", acme.secondFactor(), "").problem(403, "forbidden");
        http.get(acme.secondFactor()).problem(403, "forbidden");
    }
}
