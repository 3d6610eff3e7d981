package io.bellwire.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.bellwire.runtime.Stopwatch;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Why a device is refused can be read in the log, and nobody can fill the log. */
class RefusalLogTest {
    private static final InetSocketAddress SITE = new InetSocketAddress("192.0.2.7", 5001);
    private static final InetSocketAddress ATTACKER = new InetSocketAddress("198.51.100.1", 5001);

    private final AtomicLong nanos = new AtomicLong();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private RefusalLog log;

    @BeforeEach
    void attachAppender() {
        Logger logger = new LoggerContext().getLogger("refusals");
        lines.start();
        logger.addAppender(lines);
        log = new RefusalLog(logger, new Stopwatch(nanos::get));
    }

    private void refused(@Nullable String name, @Nullable InetSocketAddress from, String tag) {
        log.refused(name, from, tag, "no " + tag);
    }

    private List<String> lines() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void lineNamesClientAddressAndReasonOnceAMinute() {
        for (int i = 0; i < 10; i++) {
            refused("grill-1", SITE, "credentials");
        }
        assertEquals(
                List.of(
                        "refused \"grill-1\" from 192.0.2.7: no credentials (credentials; 0 more refusals since the last such line)"),
                lines());
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        refused("grill-1", SITE, "credentials");
        assertTrue(lines().get(1).contains("9 more refusals"), lines().get(1));
    }

    @Test
    void guarantee6OneAddressCannotFillTheLogOrHideOthers() {
        for (int i = 0; i < 100_000; i++) {
            refused("guess-" + i, ATTACKER, "credentials");
        }
        assertEquals(20, lines.list.size());
        refused("grill-1", SITE, "login_rate");
        assertTrue(lines().get(20).contains("\"grill-1\" from 192.0.2.7: no login_rate"), lines().get(20));
        for (int i = 0; i < 100_000; i++) {
            refused(
                    "guess",
                    new InetSocketAddress("10." + i / 65_536 + "." + i / 256 % 256 + "." + i % 256, 1), // any
                    "credentials");
            refused("guess-" + i, new InetSocketAddress("10.1.1." + i % 256, 1), "credentials");
        }
        assertTrue(lines.list.size() <= 100, lines.list.size() + " lines");
    }

    @Test
    void whatAClientCallsItselfCannotForgeALine() {
        refused("grill\n12:00:00 INFO fine\u001b[2J\u202e", SITE, "client_id");
        refused("x".repeat(60_000), SITE, "client_id");
        refused(null, null, "full");
        assertTrue(lines().get(0).startsWith("refused \"grill?12?00?00?INFO?fine??2J?\" from"), lines().get(0));
        assertTrue(lines().get(1).length() < 300);
        assertTrue(lines().get(2).startsWith("refused a client that has not logged in from an unknown address"));
        assertFalse(String.join("", lines()).contains("\n"));
    }
}
