package io.bellwire.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RateLimitedLogTest {
    private final IllegalStateException cause = new IllegalStateException("away");

    private final Logger logger = (Logger) LoggerFactory.getLogger(RateLimitedLogTest.class);
    private final ListAppender<ILoggingEvent> written = new ListAppender<>();
    /** It passes its largest number within the test. */
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);

    private final RateLimitedLog log = new RateLimitedLog(logger, new Stopwatch(nanos::get));

    @BeforeEach
    void listen() {
        logger.setAdditive(false);
        written.start();
        logger.addAppender(written);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(written);
        logger.setAdditive(true);
    }

    private List<String> warnings() {
        return written.list.stream()
                .filter(line -> line.getLevel().isGreaterOrEqual(Level.WARN))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Test
    void oneWarningInTenSecondsSaysHowManyWereHeldBack() {
        log.warn("first", cause);
        for (int i = 0; i < 5; i++) {
            nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(1_999));
            log.warn("held back", cause);
        }

        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(5));
        log.error("second", cause);
        nanos.addAndGet(TimeUnit.DAYS.toNanos(30));
        log.warn("third", cause);

        assertEquals(
                List.of(
                        "first: java.lang.IllegalStateException: away (0 more since the last warning)",
                        "second (5 more since the last warning)",
                        "third: java.lang.IllegalStateException: away (0 more since the last warning)"),
                warnings());
    }
}
