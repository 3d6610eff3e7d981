package io.bellwire.broker;

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

    private List<String> lines() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void lineNamesClientAddressAndReasonOnceAMinute() {
        for (int i = 0; i < 10; i++) {
            log.refused("grill-1", SITE, ConnectionRefusal.CREDENTIALS);
        }
        assertEquals(
                List.of("refused \"grill-1\" from 192.0.2.7: the secret is wrong or missing, or the device is disabled"
                        + " (credentials; 0 more refusals since the last such line)"),
                lines());
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        log.refused("grill-1", SITE, ConnectionRefusal.CREDENTIALS);
        assertTrue(lines().get(1).contains("9 more refusals"), lines().get(1));
    }

    @Test
    void guarantee6OneAddressCannotFillTheLogOrHideOthers() {
        for (int i = 0; i < 100_000; i++) {
            log.refused("guess-" + i, ATTACKER, ConnectionRefusal.CREDENTIALS);
        }
        assertEquals(20, lines.list.size());
        log.refused("grill-1", SITE, ConnectionRefusal.LOGIN_RATE);
        assertTrue(
                lines().get(20).contains("\"grill-1\" from 192.0.2.7: this device logs in too often"), lines().get(20));
        for (int i = 0; i < 100_000; i++) {
            log.refused(
                    "guess",
                    new InetSocketAddress("10." + i / 65_536 + "." + i / 256 % 256 + "." + i % 256, 1), // any
                    ConnectionRefusal.CREDENTIALS);
            log.refused("guess-" + i, new InetSocketAddress("10.1.1." + i % 256, 1), ConnectionRefusal.CREDENTIALS);
        }
        assertTrue(lines.list.size() <= 100, lines.list.size() + " lines");
    }

    @Test
    void whatAClientCallsItselfCannotForgeALine() {
        log.refused("grill\n12:00:00 INFO fine\u001b[2J\u202e", SITE, ConnectionRefusal.CLIENT_ID);
        log.refused("x".repeat(60_000), SITE, ConnectionRefusal.CLIENT_ID);
        log.refused(null, null, ConnectionRefusal.FULL);
        assertTrue(lines().get(0).startsWith("refused \"grill?12?00?00?INFO?fine??2J?\" from"), lines().get(0));
        assertTrue(lines().get(1).length() < 300);
        assertTrue(lines().get(2).startsWith("refused a client that has not logged in from an unknown address"));
        assertFalse(String.join("", lines()).contains("\n"));
    }
}
