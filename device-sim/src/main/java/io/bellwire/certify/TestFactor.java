package io.bellwire.certify;

import java.time.Clock;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

/** The second factor of a partner that a case has registered. A case can use two codes. Not thread-safe. */
final class TestFactor {
    static final String CODE_HEADER = "Bellwire-Code";

    private final AuthenticatorApp app;
    private String code = "";

    /** A call with a code. */
    interface CodedCall {
        HttpReply send(String code) throws Exception;
    }

    private TestFactor(AuthenticatorApp app) {
        this.app = app;
    }

    /** Enrols and confirms a second factor of the partner, by the server's clock. */
    static TestFactor enrol(TestPartner partner) throws Exception {
        HttpReply enrolled =
                partner.http().send("POST", partner.secondFactor(), "").expect(201);
        TestFactor factor = new TestFactor(
                new AuthenticatorApp(enrolled.json().path("secret").asText(), clockOf(enrolled)));
        HttpReply confirmed = factor.send(
                        code -> partner.http().post(partner.secondFactor() + "/confirm", "{\"code\":\"" + code + "\"}"))
                .expect(200);
        Expect.that(confirmed.json().path("confirmed").asBoolean(), "a confirmed second factor", confirmed.text());
        return factor;
    }

    private static Clock clockOf(HttpReply reply) throws SkippedCase {
        String date = reply.header("Date");
        try {
            ZonedDateTime time = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME);
            return Clock.fixed(time.toInstant(), ZoneOffset.UTC);
        } catch (DateTimeParseException none) {
            throw new SkippedCase("the server's time is not known: its answers have no Date");
        }
    }

    /** Makes the call with a code that was not used before. */
    HttpReply send(CodedCall call) throws Exception {
        code = app.nextCode();
        HttpReply reply = call.send(code);
        if (reply.status() == 403) {
            code = app.nextCode(); // the time of the one before may have ended meanwhile
            reply = call.send(code);
        }
        return reply;
    }

    /** The code that was used last. */
    String usedCode() {
        return code;
    }

    /** A code that is not valid. */
    String wrongCode() {
        return (code.startsWith("9") ? "8" : "9") + code.substring(1);
    }
}
