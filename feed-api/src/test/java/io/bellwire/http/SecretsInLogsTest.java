package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class SecretsInLogsTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.bellwire");
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @BeforeEach
    void listen() {
        logged.start();
        logger.setLevel(Level.DEBUG);
        logger.setAdditive(false);
        logger.addAppender(logged);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(logged);
        logger.setAdditive(true);
        logger.setLevel(null);
    }

    @Test
    void noSecretIsEverLogged() {
        String operator;
        String first;
        String second;
        String factor;
        String wrong = "wrong-" + "x".repeat(37);
        try (ApiFixture server = ApiFixture.inMemory()) {
            server.api().onSecretEnded((device, isValid) -> {
                throw new IllegalStateException("a bad listener, so that something is logged");
            });
            ApiFixture.Device grill = server.register("grill");
            first = grill.client().token();
            second = server.operator()
                    .post(grill.path() + "/secret")
                    .expect(200)
                    .json()
                    .path("secret")
                    .asText();
            operator = server.operator().token();
            grill.client().get(grill.feed()).expect(401);
            server.as(wrong).get(grill.feed()).expect(401);
            server.as(second).get(grill.feed()).expect(200);
            server.operator().order("{\"nonsense\":\"" + second + "\"}").expect(400);
            server.operator().delete(grill.path()).expect(204);
            ApiFixture.Partner bakery = server.registerPartner("bakery");
            factor = bakery.client()
                    .post(bakery.path() + "/second-factor")
                    .expect(201)
                    .text("secret");
            bakery.client()
                    .postJson(bakery.path() + "/second-factor/confirm", "{\"code\":\"" + factor + "\"}")
                    .expect(403);
        }

        String all = logged.list.stream()
                .map(event -> event.getFormattedMessage() + " "
                        + Objects.toString(
                                event.getThrowableProxy() == null
                                        ? ""
                                        : event.getThrowableProxy().getMessage()))
                .collect(Collectors.joining("\n"));
        assertTrue(all.contains("a listener failed"), "something was logged: " + all);
        for (String secret : List.of(operator, first, second, factor, wrong)) {
            assertFalse(all.contains(secret), all);
        }
    }
}
