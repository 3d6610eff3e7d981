package io.bellwire.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.bellwire.log.Stopwatch;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class QuietLogTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(QuietLogTest.class);
    private final ListAppender<ILoggingEvent> said = new ListAppender<>();
    /** It passes its largest number within the test. */
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);

    private final QuietLog log = new QuietLog(logger, new Stopwatch(nanos::get));

    @BeforeEach
    void listen() {
        logger.setAdditive(false);
        said.start();
        logger.addAppender(said);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(said);
        logger.setAdditive(true);
    }

    private List<String> said() {
        return said.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void oneWarningASecondSaysHowManyWereKeptBack() {
        log.warn("first", null);
        for (int i = 0; i < 5; i++) {
            nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(199));
            log.warn("kept back", null);
        }

        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(5));
        log.warn("second", null);
        nanos.addAndGet(TimeUnit.DAYS.toNanos(30));
        log.warn("third", null);

        assertEquals(
                List.of(
                        "first (0 more since the last warning)",
                        "second (5 more since the last warning)",
                        "third (0 more since the last warning)"),
                said());
    }
}
